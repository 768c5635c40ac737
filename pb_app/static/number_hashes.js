/* Numbers become hashes in this browser alone: nothing is sent. The recipe is that of voting/listed_numbers.py. */
const hasher = document.getElementById("cp-hasher");
const state = document.getElementById("hash-state");
const file = document.getElementById("hash-file");

const tidy = (typed) => [...typed.toUpperCase()].filter((one) => /[\p{L}\p{N}]/u.test(one)).join("").slice(0, 40);

async function hash(number) {
  const encode = (text) => new TextEncoder().encode(text);
  const key = await crypto.subtle.importKey("raw", encode(tidy(number)), "PBKDF2", false, ["deriveBits"]);
  const recipe = { name: "PBKDF2", hash: "SHA-256", salt: encode(hasher.dataset.salt), iterations: Number(hasher.dataset.rounds) };
  const bits = await crypto.subtle.deriveBits(recipe, key, 256);
  return [...new Uint8Array(bits)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function make() {
  const lines = document.getElementById("numbers").value.split("\n").map((line) => line.trim()).filter(Boolean);
  const wrong = lines.findIndex((line) => !/^[^,]+,[^,]+$/.test(line) || !tidy(line.split(",")[0]));
  file.hidden = true;
  if (!lines.length || wrong >= 0) {
    state.textContent = lines.length ? `Line ${wrong + 1}: write a number, a comma and an area.` : "Write at least one number.";
    return;
  }
  const hashes = [];
  for (const line of lines) {
    const [number, area] = line.split(",");
    hashes.push(`${await hash(number)},${area.trim()}\n`);
    if (hashes.length % 20 === 0) state.textContent = `${hashes.length} of ${lines.length} done.`;
  }
  file.href = URL.createObjectURL(new Blob(["hash,area\n", ...hashes.sort()], { type: "text/csv" }));
  file.hidden = false;
  state.textContent = `${hashes.length} done. Save the file and send it to the council.`;
}

if (hasher && crypto.subtle) {
  hasher.hidden = false;
  document.getElementById("make-hashes").addEventListener("click", make);
}
