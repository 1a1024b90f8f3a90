// Reads AsyncAPI documents, and what they refer to, as AsyncAPI's own tools do. Prints a JSON list for each on a
// line of its own: "SEVERITY PATH: MESSAGE" of all that is wrong; severity 0 is an error, 1 a warning.
const { Parser, fromFile } = require("@asyncapi/parser");

async function readAll(files) {
  const parser = new Parser();
  for (const file of files) {
    const { diagnostics } = await fromFile(parser, file).parse();
    console.log(JSON.stringify(diagnostics.map((one) => `${one.severity} ${one.path.join("/")}: ${one.message}`)));
  }
}

readAll(process.argv.slice(2));
