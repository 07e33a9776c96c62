// A client of the directory that knows nothing of it but its URL: what node-wot makes of its own Thing Description.
//
//   node client.mjs <URL of the directory> <file with the Things to register>
//
// Prints one line of JSON: what it saw at each step, or the error that ended it.

import { readFile } from "node:fs/promises";

import http from "@node-wot/binding-http";
import core from "@node-wot/core";

const [url, file] = process.argv.slice(2);
const { known, anonymous, query, property } = JSON.parse(await readFile(file, "utf8"));
const introduction = new URL("/.well-known/wot", url).href;

const servient = new core.Servient();
servient.addClientFactory(new http.HttpClientFactory(null));
servient.addMediaType(new core.JsonCodec("application/merge-patch+json"));
const wot = await servient.start();

/** What the action *name* answers, where it has an output. */
async function invoke(directory, name, input, uriVariables) {
  const output = await directory.invokeAction(name, input, uriVariables && { uriVariables });
  return await output?.value();
}

/** The ids that exploring finds, and the error that ended it, if one did. */
async function explore() {
  const process = await wot.exploreDirectory(introduction);
  const ids = [];
  for await (const description of process) {
    ids.push(description.id);
  }
  return { ids, error: process.error?.message ?? null };
}

async function see() {
  const directory = await wot.consume(await wot.requestThingDescription(introduction));
  const id = { id: known.id };
  await invoke(directory, "createThing", known, id);
  await invoke(directory, "createAnonymousThing", anonymous);
  const listed = await (await directory.readProperty("things")).value();
  const explored = await explore();
  const retrieved = await invoke(directory, "retrieveThing", undefined, id);
  const found = await invoke(directory, "searchJSONPath", undefined, { query });
  const thing = await wot.consume(retrieved);
  const value = await (await thing.readProperty(property)).value();
  await invoke(directory, "partiallyUpdateThing", { title: "patched" }, id);
  const patched = await invoke(directory, "retrieveThing", undefined, id);
  await invoke(directory, "updateThing", known, id);
  const replaced = await invoke(directory, "retrieveThing", undefined, id);
  await invoke(directory, "deleteThing", undefined, id);
  const left = await (await directory.readProperty("things")).value();
  return {
    directory: directory.getThingDescription().title,
    listed: listed.map((description) => description.id),
    explored,
    retrieved,
    found,
    value,
    patched: patched.title,
    replaced: replaced.title,
    left: left.map((description) => description.id),
  };
}

let seen;
try {
  seen = await see();
} catch (error) {
  seen = { error: String(error.stack ?? error) };
}
console.log(JSON.stringify(seen));
await servient.shutdown();
