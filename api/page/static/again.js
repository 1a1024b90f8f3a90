// Loads a page again that had nothing to show, as on a wall screen nobody does.
"use strict";

setTimeout(() => location.reload(), 10_000);
