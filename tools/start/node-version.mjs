/** Loaded before anything else, because what follows does not even load on an older Node. */
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Tocsin needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
