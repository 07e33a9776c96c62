// What Comunica sees of a SPARQL endpoint: `node client.mjs <endpoint> <file of queries>` prints one JSON object.
import { readFile } from "node:fs/promises";
import { QueryEngine } from "@comunica/query-sparql";

const [endpoint, file] = process.argv.slice(2);
const queries = JSON.parse(await readFile(file, "utf8"));
const engine = new QueryEngine();
const auto = { sources: [endpoint] };
const sparql = { sources: [{ type: "sparql", value: endpoint }] };

async function rows(query, context) {
  const bindings = await (await engine.queryBindings(query, context)).toArray();
  return bindings.map((row) => Object.fromEntries([...row].map(([key, term]) => [key.value, term.value])));
}

async function triples(query, context) {
  const quads = await (await engine.queryQuads(query, context)).toArray();
  return quads.map((quad) => [quad.subject.value, quad.predicate.value, quad.object.value]);
}

async function refusal(query) {
  try {
    await rows(query, sparql);
    return null;
  } catch (error) {
    return String(error.message);
  }
}

let seen;
try {
  seen = {
    select: await rows(queries.select, sparql),
    detected: await rows(queries.select, auto),
    joined: await rows(queries.joined, sparql),
    ask: await engine.queryBoolean(queries.ask, sparql),
    construct: await triples(queries.construct, sparql),
    graphs: await rows(queries.graphs, sparql),
    refusal: await refusal(queries.service),
  };
} catch (error) {
  seen = { error: String(error.stack ?? error) };
}
console.log(JSON.stringify(seen));
