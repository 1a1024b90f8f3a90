// Signs in by a link /sign-in#TOKEN: what stands behind # reaches the server only in the body of this request.
"use strict";

async function signIn(token) {
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("by-link").hidden = false;
  const body = new URLSearchParams({ link: token });
  const answer = await fetch("/sign-in" + location.search, { method: "POST", body });
  if (answer.redirected) {
    location.replace(answer.url);
    return;
  }
  const told = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("main").replaceWith(told.getElementById("main"));
}

if (location.hash.length > 1) signIn(location.hash.slice(1));
