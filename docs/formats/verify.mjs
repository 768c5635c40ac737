// A second verifier of public records, format 1: written from record.md, canonical.md, rulebook.md, outcome.md and
// counting.md alone. Node's standard library; nothing is installed, nothing in the record is run.
//
//     node docs/formats/verify.mjs RECORD-FOLDER
//
// Exit code 0: the record holds; 1: it does not, or cannot be read. Compare the key's fingerprint with your letter.

import { createHash, webcrypto } from "node:crypto";
import { lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

class Fault extends Error {}
const fail = (file, text) => { throw new Fault(`${file}: ${text}`); };
const need = (truth, file, text) => truth || fail(file, text);

// --- bytes -----------------------------------------------------------------------------------------------------------

const sha256 = (...parts) => { const hash = createHash("sha256"); parts.forEach((one) => hash.update(one)); return hash.digest(); };
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const ascii = (text) => Buffer.from(text, "latin1");
const byBytes = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other));
const isHash = (text) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
const isId = (text) => typeof text === "string" && /^[a-z0-9][a-z0-9-]{0,31}$/.test(text);
const isProject = (text) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text) && !text.includes("..");
const isTracker = (text) => typeof text === "string" && /^[A-Z2-7]{16}$/.test(text);
const isText = (value) => typeof value === "string";
const isWhole = (value) => Number.isSafeInteger(value) && value >= 0;
const isTexts = (value) => Array.isArray(value) && value.every(isText);

function base64(text, file) {
  need(isText(text), file, "base64 is text");
  const bytes = Buffer.from(text, "base64");
  need(bytes.toString("base64") === text, file, "base64 in another spelling");
  return bytes;
}

function canonical(value, depth = 0) {
  if (depth > 64) throw new Fault("nested too deep");
  if (typeof value === "string") return quote(value);
  if (value === true || value === false) return String(value);
  if (typeof value === "number") {
    if (!isWhole(value) || Object.is(value, -0)) throw new Fault("a number that has no canonical form");
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join(",")}]`;
  if (value === null || typeof value !== "object") throw new Fault("null has no canonical form");
  const keys = Object.keys(value).sort();
  if (keys.some((key) => /[^\x00-\x7f]/.test(key))) throw new Fault("a key that is not ASCII");
  return `{${keys.map((key) => `${quote(key)}:${canonical(value[key], depth + 1)}`).join(",")}}`;
}

const quote = (text) =>
  `"${text.replace(/["\\\u0000-\u001f]/g, (one) =>
    one === '"' || one === "\\" ? `\\${one}` : `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;

function parse(bytes, file) {
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    if (Buffer.compare(Buffer.from(canonical(value), "utf-8"), bytes) === 0) return value;
  } catch (error) {
    fail(file, `cannot be read: ${error.message}`);
  }
  return fail(file, "is not in canonical form");
}

function members(value, keys, file) {
  need(value !== null && typeof value === "object" && !Array.isArray(value), file, "an object is missing");
  need(Object.keys(value).sort().join() === [...keys].sort().join(), file, `not exactly the keys ${keys}`);
  return value;
}

function lines(bytes, file) {
  const found = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start);
    need(end >= 0, file, "the last line has no newline");
    found.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return found;
}

// --- Merkle tree and signature ---------------------------------------------------------------------------------------

function root(leaves) {
  const join2 = (list) => {
    if (list.length === 1) return list[0];
    let half = 1;
    while (half * 2 < list.length) half *= 2;
    return sha256(Buffer.of(1), join2(list.slice(0, half)), join2(list.slice(half)));
  };
  return leaves.length ? join2(leaves.map((line) => sha256(Buffer.of(0), line))) : sha256("");
}

const P = 2n ** 255n - 19n;
const mod = (value) => ((value % P) + P) % P;
const power = (base, exponent) => {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) if (e & 1n) result = mod(result * b);
  return result;
};
const D = mod(-121665n * power(121666n, P - 2n));

// Whether 32 bytes are a point in its one spelling that is not of small order (RFC 8032, section 5.1.3).
function isPoint(bytes) {
  if (bytes.length !== 32) return false;
  const number = BigInt(`0x${hex(Buffer.from(bytes).reverse())}`);
  const isOdd = number >> 255n, y = number & (2n ** 255n - 1n);
  if (y >= P) return false;
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * power(2n, (P - 1n) / 4n));
  if (mod(x * x) !== square || (x === 0n && isOdd)) return false;
  if ((x & 1n) !== isOdd) x = P - x;
  let [u, v] = [x, y];
  for (let doubling = 0; doubling < 3; doubling++) {
    const product = mod(D * u * u * v * v);
    [u, v] = [mod(2n * u * v * power(1n + product, P - 2n)), mod((v * v + u * u) * power(1n - product, P - 2n))];
  }
  return !(u === 0n && v === 1n);
}

async function isSigned(key, text, signature) {
  if (signature.length !== 64 || !isPoint(key) || !isPoint(signature.subarray(0, 32))) return false;
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  if (BigInt(`0x${hex(Buffer.from(signature.subarray(32)).reverse())}`) >= order) return false;
  const imported = await webcrypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  return webcrypto.subtle.verify({ name: "Ed25519" }, imported, signature, text);
}

// --- files -----------------------------------------------------------------------------------------------------------

const FIXED = ["checkpoint", "draw.json", "format.json", "frozen.json", "issues.json", "ledger.json", "register.jsonl"];
const OF_PAPER = /^papers\/[a-z0-9][a-z0-9-]{0,31}\/(ballots\.pb|openings\.jsonl|outcome\.json|rulebook\.json)$/;

function readFolder(folder) {
  const files = new Map();
  let size = 0;
  const walk = (below) => {
    for (const name of readdirSync(join(folder, below)).sort()) {
      const path = below ? `${below}/${name}` : name;
      const stat = lstatSync(join(folder, path));
      if (stat.isDirectory()) { walk(path); continue; }
      need(stat.isFile() && (FIXED.includes(path) || OF_PAPER.test(path)), path, "does not belong to a record");
      size += stat.size;
      need(size <= 2 ** 30, path, "makes the record larger than any");
      files.set(path, readFileSync(join(folder, path)));
    }
  };
  walk("");
  return files;
}

function json(files, name) {
  const bytes = files.get(name) ?? fail(name, "is missing");
  need(bytes.at(-1) === 10, name, "does not end in a newline");
  return parse(bytes.subarray(0, -1), name);
}

function readFormat(files) {
  const file = "format.json";
  const format = members(json(files, file), ["format", "key", "kind", "papers", "revision", "round", "verifier"], file);
  need(format.format === 1, file, "is not of format 1");
  need(["cast", "imported"].includes(format.kind) && isId(format.round) && isWhole(format.revision) && format.revision > 0,
    file, "kind, round or revision is not of the right form");
  const verifier = members(format.verifier, ["release", "sha256"], file);
  need(isText(verifier.release) && isHash(verifier.sha256), file, "the verifier is not named");
  need(Array.isArray(format.papers), file, "has no papers");
  for (const paper of format.papers) {
    members(paper, ["ballots_sha256", "decision", "id", "openings_sha256", "reason", "withdrawn"], file);
    need(isHash(paper.ballots_sha256) && ["publish", "withhold"].includes(paper.decision) && isText(paper.reason)
      && isTexts(paper.withdrawn) && (format.kind === "cast" ? isHash(paper.openings_sha256) : paper.openings_sha256 === ""),
      file, "a paper is not of the right form");
  }
  format.keyBytes = base64(format.key, file);
  need(isPoint(format.keyBytes), file, "its key is no Ed25519 public key");
  return format;
}

function checkNames(files, format) {
  const names = new Set(["format.json", "frozen.json", "register.jsonl", "checkpoint"]);
  names.add(format.kind === "cast" ? "ledger.json" : "issues.json");
  if (files.has("draw.json")) names.add("draw.json");
  for (const paper of format.papers) {
    const held = ["rulebook.json", "outcome.json"];
    if (paper.decision === "publish") held.push("ballots.pb", ...(format.kind === "cast" ? ["openings.jsonl"] : []));
    held.forEach((name) => names.add(`papers/${paper.id}/${name}`));
  }
  for (const name of names) need(files.has(name), name, "is missing");
  for (const name of files.keys()) need(names.has(name), name, "does not belong to this record");
}

// --- frozen.json -----------------------------------------------------------------------------------------------------

const PROJECT = ["area", "category", "cost", "exclusions", "id", "minimum", "pictures", "place", "pots", "proposer_kind",
  "summary", "text", "title"];

function readFrozen(files, format) {
  const file = "frozen.json";
  const keys = ["areas", "council", "format", "id", "papers", "timetable", "timezone", "title"];
  const frozen = json(files, file);
  const declares = frozen !== null && typeof frozen === "object" && Object.hasOwn(frozen, "eligibility");
  members(frozen, declares ? [...keys, "eligibility"] : keys, file);
  if (declares) readEligibility(frozen.eligibility);
  need(frozen.format === 1 && frozen.id === format.round, file, "is of another round or format");
  need([frozen.council, frozen.timezone, frozen.title].every(isText), file, "a text is missing");
  const times = members(frozen.timetable, ["closes_at", "opens_at"], file);
  need(isText(times.closes_at) && isText(times.opens_at), file, "a time is missing");
  need(Array.isArray(frozen.areas) && Array.isArray(frozen.papers), file, "has no areas or papers");
  const areas = frozen.areas.map((area) => members(area, ["id", "name"], file).id);
  need(frozen.areas.every((area) => isText(area.id) && isText(area.name)), file, "an area is not of the right form");
  const ids = frozen.papers.map((paper) => paper.id);
  need(ids.join("\n") === format.papers.map((paper) => paper.id).join("\n") && new Set(ids).size === ids.length,
    "format.json", "its papers are not those of frozen.json");
  frozen.papers.forEach((paper, place) => readPaper(paper, areas, format, format.papers[place]));
  return frozen;
}

function readEligibility(rule) {
  const file = "frozen.json";
  const routes = ["live", "work", "study", "volunteer"], evidence = ["word", "document", "list", "introduction"];
  const areWords = (list, known) => isTexts(list) && list.every((word) => known.includes(word))
    && new Set(list).size === list.length;
  members(rule, ["consent_under", "evidence", "identify", "max_age", "min_age", "routes", "text"], file);
  need([rule.consent_under, rule.max_age, rule.min_age].every(isWhole) && isText(rule.text)
    && areWords(rule.routes, routes) && areWords(rule.evidence, evidence)
    && ["first", "last"].includes(rule.identify), file, "who might vote is not of the right form");
}

function readPaper(paper, areas, format, held) {
  const file = "frozen.json";
  members(paper, ["areas", "exponent", "id", "pots", "projects", "rulebook_sha256", "title"], file);
  need(isId(paper.id) && isText(paper.title) && isText(paper.rulebook_sha256) && isWhole(paper.exponent) && paper.exponent <= 6
    && isTexts(paper.areas) && paper.areas.every((area) => areas.includes(area))
    && Array.isArray(paper.pots) && Array.isArray(paper.projects), file, "a paper is not of the right form");
  for (const pot of paper.pots) {
    members(pot, ["amount", "conditions", "id", "name", "source", "spend_by"], file);
    need(isWhole(pot.amount) && [pot.conditions, pot.id, pot.name, pot.source, pot.spend_by].every(isText), file,
      "a pot is not of the right form");
  }
  const pots = paper.pots.map((pot) => pot.id), ids = paper.projects.map((project) => project.id);
  need(new Set(ids).size === ids.length, file, "a project stands twice");
  for (const project of paper.projects) {
    members(project, PROJECT, file);
    const texts = [project.area, project.category, project.id, project.place, project.proposer_kind, project.summary,
      project.text, project.title];
    need(texts.every(isText) && isWhole(project.cost) && isWhole(project.minimum)
      && [project.exclusions, project.pictures, project.pots].every(isTexts)
      && project.pictures.every(isHash) && project.pots.every((pot) => pots.includes(pot))
      && project.exclusions.every((id) => ids.includes(id))
      && (format.kind === "imported" || isProject(project.id)), file, `the project ${project.id} is not of the right form`);
  }
  need(held.withdrawn.every((id) => ids.includes(id)), "format.json", "withdraws a project that is not on the paper");
  paper.budget = paper.pots.reduce((sum, pot) => sum + BigInt(pot.amount), 0n);
}

// --- register and checkpoint -----------------------------------------------------------------------------------------

const WORD = /^[a-z][a-z_]{0,31}$/;
const LEAVES = {
  open: [["frozen", "key"], (leaf) => isHash(leaf.frozen) && isText(leaf.key)],
  night: [["day", "log_head", "roll_root"],
    (leaf) => /^\d{4}-\d{2}-\d{2}$/.test(leaf.day) && isHash(leaf.log_head) && isHash(leaf.roll_root)],
  ballot: [["c"], (leaf) => isHash(leaf.c)],
  decision: [["kind", "n", "sha256"], (leaf) => WORD.test(leaf.kind) && isWhole(leaf.n) && isHash(leaf.sha256)],
  void: [["code", "t"], (leaf) => WORD.test(leaf.code) && isTracker(leaf.t)],
  superseded_by_paper: [["t"], (leaf) => isTracker(leaf.t)],
  close: [["marked"], (leaf) => Array.isArray(leaf.marked)
    && leaf.marked.every((one) => Array.isArray(one) && one.length === 3 && isId(one[0]) && isHash(one[1]) && isWhole(one[2]))],
  count: [["files", "revision"], (leaf) => isWhole(leaf.revision) && Array.isArray(leaf.files)
    && leaf.files.every((one) => isTexts(one) && one.length === 2 && isHash(one[1]))
    && leaf.files.every((one, at) => !at || byBytes(leaf.files[at - 1][0], one[0]) < 0)],
};

function readLeaf(line, number) {
  const file = `register.jsonl, line ${number + 1}`, value = parse(line, file);
  const [kind] = Object.keys(members(value, Object.keys(value ?? {}).slice(0, 1), file));
  need(kind !== undefined && Object.hasOwn(LEAVES, kind), file, "an unknown kind of entry");
  const [keys, isRight] = LEAVES[kind];
  members(value[kind], keys, file);
  need(isRight(value[kind]), file, "is not of the right form");
  return { kind, ...value[kind], word: value[kind].kind, kindOf: kind, number };
}

// The order of record.md, as a pattern over one letter a leaf.
const LETTERS = { open: "o", night: "n", ballot: "b", decision: "d", void: "v", superseded_by_paper: "s", close: "c", count: "r" };
const CAST = /^od*(od*)*(nb*d*)*nb*v*s*cd+r(d+r)*$/;
const IMPORTED = /^or(d+r)*$/;

function readRegister(files, format) {
  const file = "register.jsonl", all = lines(files.get(file) ?? fail(file, "is missing"), file);
  const leaves = all.map(readLeaf);
  const shape = leaves.map((leaf) => LETTERS[leaf.kindOf]).join("");
  need((format.kind === "cast" ? CAST : IMPORTED).test(shape), file, "its entries are not in order");
  const of = (kind) => leaves.filter((leaf) => leaf.kindOf === kind);
  of("open").slice(1).forEach((leaf, at) => {
    const between = leaves.slice(of("open")[at].number, leaf.number);
    need(between.some((one) => one.word === "withdraw_opening"), file, "an opening was not taken back");
  });
  const lastWithdrawn = leaves.findLastIndex((leaf) => leaf.word === "withdraw_opening");
  need(lastWithdrawn < of("open").at(-1).number, file, "the opening was taken back");
  const rises = (list) => list.every((one, at) => !at || list[at - 1] < one);
  const counts = (list) => list.every((one, at) => one === at + 1);
  need(rises(of("night").map((leaf) => leaf.day)), file, "its nights are not in order");
  need(counts(of("decision").map((leaf) => leaf.n)) && counts(of("count").map((leaf) => leaf.revision)), file,
    "its decisions or counts are not numbered 1, 2, 3 …");
  const voided = of("void").map((leaf) => leaf.t), superseded = of("superseded_by_paper").map((leaf) => leaf.t);
  need(rises(voided) && rises(superseded) && !voided.some((t) => superseded.includes(t)), file, "its voids are not sorted");
  const ballots = of("ballot").map((leaf) => leaf.c);
  need(new Set(ballots).size === ballots.length, file, "an entry stands twice");
  const close = of("close")[0];
  return { all, leaves, of, ballots, voided: new Set(voided), superseded: new Set(superseded), close,
    closeRoot: root(all.slice(0, (close?.number ?? -1) + 1)) };
}

async function checkCheckpoint(files, format, register) {
  const file = "checkpoint", origin = `pb-register/${format.round}`;
  const text = `${origin}\n${register.all.length}\n${root(register.all).toString("base64")}\n`;
  const bytes = files.get(file) ?? fail(file, "is missing");
  const head = Buffer.from(`${text}\n— ${origin} `, "utf-8");
  need(bytes.subarray(0, head.length).equals(head) && bytes.at(-1) === 10, file, "is not that of register.jsonl");
  const signed = base64(bytes.subarray(head.length, -1).toString("latin1"), file);
  const id = sha256(ascii(`${origin}\n`), Buffer.of(1), format.keyBytes).subarray(0, 4);
  need(signed.length === 68 && signed.subarray(0, 4).equals(id), file, "is signed by another key");
  need(await isSigned(format.keyBytes, Buffer.from(text), signed.subarray(4)), file, "its signature is not good");
}

function checkCounted(files, format, frozenBytes, register) {
  const last = register.leaves.at(-1), listed = new Map(last.files);
  need(last.revision === format.revision, "format.json", "is of another revision than the register");
  for (const [name, bytes] of files) {
    if (name === "register.jsonl" || name === "checkpoint") continue;
    need(listed.get(name) === hex(sha256(bytes)), name, "is not the file that the register counts");
    listed.delete(name);
  }
  for (const name of listed.keys()) fail(name, "is in the register, but not here");
  const opened = register.of("open").at(-1);
  need(opened.frozen === hex(sha256(frozenBytes)), "frozen.json", "is not what the register opened");
  need(opened.key === format.key, "format.json", "its key is not the one of the opening");
}

function checkDecisions(format, register) {
  const after = register.of("decision").filter((leaf) => leaf.number > register.close.number);
  const published = after.filter((leaf) => leaf.word === "publish" || leaf.word === "withhold");
  for (const paper of format.papers) {
    const text = canonical({ kind: paper.decision, reason: paper.reason, round: format.round, values: { paper: paper.id } });
    const hash = hex(sha256(text));
    need(published.some((leaf) => leaf.word === paper.decision && leaf.sha256 === hash), "format.json",
      `the decision about paper ${paper.id} is not in the register`);
  }
  need(published.length === format.papers.length, "register.jsonl", "has other decisions about publishing");
  need(after.length - published.length >= format.revision - 1, "register.jsonl", "a revision without a decision");
}

// --- ballots ---------------------------------------------------------------------------------------------------------

const named = (ballot) => (ballot.kind === "points" ? ballot.points.map((one) => one[0]) : ballot.ids);
const typeOf = (rule) => (rule.kind === "budget" ? "approval" : rule.kind);
const isPair = (one) => Array.isArray(one) && one.length === 2 && isText(one[0]) && isWhole(one[1]) && one[1] > 0;

function readBallot(value, file) {
  need(value !== null && typeof value === "object" && isText(value.kind), file, "a ballot has no kind");
  if (value.kind === "blank") return members(value, ["kind"], file);
  const key = value.kind === "points" ? "points" : "ids";
  members(value, [key, "kind"], file);
  need(["approval", "points", "ranking"].includes(value.kind), file, "an unknown kind of ballot");
  need(key === "ids" ? isTexts(value.ids) : Array.isArray(value.points) && value.points.every(isPair), file, "not a ballot");
  return value;
}

function readOpenings(files, format, paper, register) {
  const file = `papers/${paper.id}/openings.jsonl`, logged = new Set(register.ballots);
  const openings = lines(files.get(file), file).map((line) => readOpening(line, file));
  openings.forEach((one, at) => {
    const before = openings[at - 1], isSame = before?.t === one.t;
    need(!before || before.t < one.t || isSame, file, "trackers are not sorted");
    need(one.v === (isSame ? before.v + 1 : 1), file, `a version of ${one.t} is missing`);
    const isLast = openings[at + 1]?.t !== one.t, isRefused = register.voided.has(one.t) || register.superseded.has(one.t);
    need((one.ballot !== undefined) === (isLast && !isRefused), file, `of ${one.t} the wrong versions are opened`);
    const digest = one.ballot === undefined ? Buffer.from(one.d, "hex")
      : sha256(Buffer.from(one.r, "hex"), Buffer.from(canonical({ ballot: one.ballot, w: one.w }), "utf-8"));
    one.c = hex(sha256(ascii(`pb-ballot-v1\n${format.round}\n${paper.id}\n${one.t}\n${one.v}\n`), digest));
    need(logged.has(one.c), file, `version ${one.v} of ${one.t} is not in the register`);
  });
  return openings;
}

function readOpening(line, file) {
  const value = parse(line, file);
  members(value, Object.hasOwn(value ?? {}, "d") ? ["d", "t", "v"] : ["ballot", "r", "t", "v", "w"], file);
  need(isTracker(value.t) && isWhole(value.v) && value.v > 0, file, "a line has no tracker or version");
  if (Object.hasOwn(value, "d")) return need(isHash(value.d), file, "d is no digest") && value;
  need(isHash(value.r) && isText(value.w) && /^[0-9]{0,6}$/.test(value.w), file, "r or w is not of the right form");
  readBallot(value.ballot, file);
  return value;
}

const SPACES = /[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const oneLine = (text) => text.replace(SPACES, " ").replace(/^ | $/g, "");
const cell = (text) => (text.includes(";") || text.startsWith('"') ? `"${text.replaceAll('"', '""')}"` : text);

function amount(minor, exponent) {
  const digits = String(minor).padStart(exponent + 1, "0");
  return exponent ? `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}` : digits;
}

function ballotsFile(frozen, paper, rulebook, rows) {
  const type = { approval: "approval", points: "cumulative", ranking: "ordinal" }[typeOf(rulebook.ballot)];
  const meta = [["description", oneLine(`${frozen.title}: ${paper.title}`)], ["unit", oneLine(frozen.council)],
    ["instance", frozen.id], ["subunit", paper.id], ["currency", rulebook.currency],
    ["num_projects", String(paper.projects.length)], ["num_votes", String(rows.length)],
    ["budget", amount(paper.budget, paper.exponent)], ["vote_type", type]];
  const row = (...fields) => fields.map(cell).join(";");
  return Buffer.from([
    "META", "key;value", ...meta.map((pair) => row(...pair)),
    "PROJECTS", "project_id;cost;name;category",
    ...paper.projects.map((one) => row(one.id, amount(one.cost, paper.exponent), oneLine(one.title), oneLine(one.category))),
    "VOTES", type === "cumulative" ? "voter_id;vote;points" : "voter_id;vote",
    ...rows.map(([id, ballot]) => row(id, named(ballot).join(","),
      ...(type === "cumulative" ? [ballot.points.map((one) => one[1]).join(",")] : []))),
    "",
  ].join("\n"), "utf-8");
}

// An imported file's rows: made again from what is read, so that any other spelling is refused.
function readRows(bytes, rulebook, file) {
  const text = bytes.toString("utf-8"), start = text.lastIndexOf("\nVOTES\nvoter_id;vote");
  need(start >= 0, file, "has no votes");
  const kind = typeOf(rulebook.ballot);
  return text.slice(start + 1).split("\n").slice(2, -1).map((line) => {
    const fields = [...line.matchAll(/(?:^|;)(?:"((?:[^"]|"")*)"|([^;]*))/g)].map((one) => one[1]?.replaceAll('""', '"') ?? one[2]);
    const ids = fields[1] ? fields[1].split(",") : [];
    if (kind !== "points") return [fields[0], { ids, kind }];
    const points = (fields[2] ?? "").split(",");
    return [fields[0], { kind, points: ids.map((id, at) => [id, Number(points[at])]) }];
  });
}

function checkBallot(ballot, rulebook, paper, file, tracker) {
  const rule = rulebook.ballot, ids = named(ballot), places = ids.map((id) => paper.projects.findIndex((one) => one.id === id));
  const hasBonus = rule.bonus !== "none" && places.some((place) => paper.projects[place]?.category === rule.bonus);
  const most = rule.max === "none" ? paper.projects.length : rule.max + Number(hasBonus);
  const least = Math.max(1, rule.min === "none" ? 1 : rule.min);
  need(ballot.kind === typeOf(rule) && ids.length >= least && ids.length <= most && new Set(ids).size === ids.length
    && places.every((place) => place >= 0), file, `the ballot of ${tracker} may not stand`);
  need(ballot.kind === "ranking" || places.every((place, at) => !at || places[at - 1] < place), file,
    `the ballot of ${tracker} is not in paper order`);
  const cost = places.reduce((sum, place) => sum + BigInt(paper.projects[place].cost), 0n);
  need(rule.kind !== "budget" || cost <= paper.budget, file, `the ballot of ${tracker} costs more than there is`);
  if (ballot.kind !== "points") return;
  const given = ballot.points.map((one) => one[1]), sum = given.reduce((one, other) => one + other, 0);
  const low = rule.point_min === "none" ? 1 : rule.point_min, high = rule.point_max === "none" ? Infinity : rule.point_max;
  need(given.every((one) => low <= one && one <= high) && (rule.points_total === "none" || sum <= rule.points_total), file,
    `the points of ${tracker} may not stand`);
}

// --- the count -------------------------------------------------------------------------------------------------------

const gcd = (one, other) => { while (other) [one, other] = [other, one % other]; return one < 0n ? -one : one; };
const ratio = (n, d = 1n) => { const g = gcd(n, d) || 1n; return [n / g, d / g]; };
const plus = ([a, b], [c, d]) => ratio(a * d + c * b, b * d);
const minus = ([a, b], [c, d]) => ratio(a * d - c * b, b * d);
const times = ([a, b], [c, d]) => ratio(a * c, b * d);
const over = ([a, b], [c, d]) => ratio(a * d, b * c);
const compare = ([a, b], [c, d]) => (a * d < c * b ? -1 : a * d > c * b ? 1 : 0);
const readRatio = (text) => ratio(...text.split("/").map(BigInt));
const ZERO = [0n, 1n];

class Undecided extends Error {}

function isRepeated(rulebook) {
  const rule = rulebook.rule, plain = ["exclusive", "ceilings", "floors", "part_offers"].every((key) => rulebook[key] === "none");
  const shares = rule.name === "equal_shares" && ["none", "add1"].includes(rule.completion.name) && rule.completion.compare === "none";
  return plain && (rule.name === "greedy" || shares);
}

function countAgain(paper, held, rulebook, ballots, seed) {
  const projects = paper.projects.map((one, place) => ({ place, id: one.id, cost: BigInt(one.cost),
    isOut: held.withdrawn.includes(one.id), votes: 0n, weight: 0n, backers: [] }));
  const byId = new Map(projects.map((one) => [one.id, one]));
  const groups = new Map();
  for (const ballot of ballots) {
    const key = canonical(ballot), group = groups.get(key) ?? { ballot, voters: 0n };
    group.voters += 1n;
    groups.set(key, group);
  }
  for (const group of groups.values()) {
    const ids = named(group.ballot);
    ids.forEach((id, at) => {
      const weight = group.ballot.kind === "points" ? BigInt(group.ballot.points[at][1])
        : group.ballot.kind === "ranking" ? BigInt(ids.length - at) : 1n;
      const project = byId.get(id);
      project.votes += group.voters;
      project.weight += group.voters * weight;
      project.backers.push({ group, weight });
    });
  }
  const election = { projects, groups: [...groups.values()], voters: BigInt(ballots.length), budget: paper.budget, rulebook, seed,
    exponent: paper.exponent };
  const places = projects.filter((one) => enters(one, election));
  const cost = places.reduce((sum, one) => sum + one.cost, 0n);
  if (rulebook.auto_award === "all_fit" && cost <= paper.budget) return places;
  return rulebook.rule.name === "greedy" ? greedy(election, places) : shares(election, places);
}

function figure(project, name, rulebook) {
  if (name === "votes") return project.votes;
  return rulebook.ballot.kind === (name === "points" ? "points" : "ranking") ? project.weight : 0n;
}

function enters(project, { rulebook, budget, voters }) {
  const { rule, threshold } = rulebook, isStrict = rule.name === "greedy" && rule.on_overspend === "stop";
  if (project.isOut || (project.cost > budget && !isStrict)) return false;
  if (rulebook.cap !== "none" && compare([project.cost, 1n], times(readRatio(rulebook.cap), [budget, 1n])) > 0) return false;
  if (threshold.value === "none") return true;
  const score = threshold.of === "share" ? (voters ? ratio(project.votes, voters) : ZERO)
    : [figure(project, threshold.of, rulebook), 1n];
  const found = compare(score, readRatio(threshold.value));
  return found > 0 || (found === 0 && threshold.compare === ">=");
}

// Level projects in order, as groups: several in one group are still level.
function arrange(level, { rulebook, seed }) {
  let parts = [[...level].sort((one, other) => one.place - other.place)];
  const drawn = (one) => sha256(seed, Buffer.of(0), Buffer.from(one.id, "utf-8"));
  const links = {
    more_supporters: (one, other) => (one.votes > other.votes ? -1 : one.votes < other.votes ? 1 : 0),
    lower_cost: (one, other) => (one.cost < other.cost ? -1 : one.cost > other.cost ? 1 : 0),
    listed: (one, other) => one.place - other.place,
    lot: (one, other) => (seed ? Buffer.compare(drawn(one), drawn(other)) : 0),
  };
  for (const link of rulebook.ties) parts = parts.flatMap((part) => split(part, links[link]));
  return parts;
}

function split(part, order) {
  const sorted = [...part].sort((one, other) => order(one, other) || one.place - other.place), parts = [];
  for (const one of sorted) {
    if (parts.length && order(parts.at(-1)[0], one) === 0) parts.at(-1).push(one);
    else parts.push([one]);
  }
  return parts;
}

function greedy(election, places) {
  const { rulebook, projects } = election, { rank_by, unsupported, on_overspend } = rulebook.rule;
  const name = rank_by.replace("_per_cost", ""), top = projects.reduce((max, one) => {
    const value = figure(one, name, rulebook);
    return value > max ? value : max;
  }, 0n);
  const score = (one) => {
    const value = figure(one, name, rulebook);
    if (!rank_by.endsWith("_per_cost")) return [value, 1n];
    return one.cost ? ratio(value, one.cost) : [value * (top + 1n), 1n];
  };
  const turns = places.filter((one) => unsupported === "fund" || one.votes);
  const levels = split(turns, (one, other) => compare(score(other), score(one)));
  const funded = [];
  let left = election.budget, hasStopped = false;
  for (const group of levels.flatMap((level) => arrange(level, election))) {
    const can = group.filter((one) => one.cost <= left), together = can.reduce((sum, one) => sum + one.cost, 0n);
    const stops = on_overspend === "stop" && can.length < group.length;
    if (group.length > 1 && !hasStopped && can.length && (stops || together > left)) throw new Undecided();
    for (const one of group) {
      if (!hasStopped && one.cost <= left) {
        funded.push(one);
        left -= one.cost;
      } else if (on_overspend === "stop") hasStopped = true;
    }
  }
  return funded;
}

function shares(election, places) {
  const { budget, voters, rulebook } = election, completion = rulebook.rule.completion;
  const share = voters ? ratio(budget, voters) : ZERO;
  if (completion.name === "none" || !voters) return sell(election, places, share);
  const [whole, part = ""] = completion.step.split("."), digits = part.replace(/0+$/, "");
  need(digits.length <= election.exponent, "rulebook.json", "the step has too many decimals");
  const step = BigInt(whole + digits.padEnd(election.exponent, "0"));
  need(step > 0n, "rulebook.json", "the step is 0");
  let endowment = share, best = [];
  let raised = completion.start === "exact_share" ? share : [(share[0] / share[1] / step) * step, 1n];
  for (let run = 0; run < 100000; run++) {
    const funded = sell(election, places, endowment), total = funded.reduce((sum, one) => sum + one.cost, 0n);
    if (total > budget) return best;
    best = funded;
    const open = places.filter((one) => one.votes && one.cost && !funded.includes(one));
    if (open.every((one) => completion.stop === "exhaustive" && one.cost > budget - total)) return best;
    endowment = raised = plus(raised, [step, 1n]);
  }
  return fail("rulebook.json", "its step is far too small");
}

// Where projects stay level in front without a lot, the first listed is bought. Every other way is tried as well: all must fund the same.
function sell(election, places, endowment) {
  const first = sellBy([], election, places, endowment), key = (run) => run.funded.map((one) => one.place).sort((a, b) => a - b).join();
  const waiting = [first];
  for (let others = 0; waiting.length;) {
    const { picks, sizes } = waiting.pop();
    for (let at = picks.length; at < sizes.length; at++) {
      for (let pick = 1; pick < sizes[at]; pick++) {
        if (++others > 32) throw new Undecided();
        const zeros = Array(at - picks.length).fill(0), run = sellBy([...picks, ...zeros, pick], election, places, endowment);
        if (key(run) !== key(first)) throw new Undecided();
        waiting.push(run);
      }
    }
  }
  return first.funded;
}

// One run: `picks` are which of the level ones to buy, choice after choice; then the first. `sizes`: between how many each choice was.
function sellBy(picks, election, places, endowment) {
  const sizes = [];
  const purses = new Map(election.groups.map((group) => [group, endowment]));
  const funded = places.filter((one) => one.votes && !one.cost);
  let open = places.filter((one) => one.votes && one.cost);
  for (;;) {
    const offers = open.map((one) => [one, price(one, purses, election.rulebook)]).filter((offer) => offer[1]);
    if (!offers.length) return { funded, picks, sizes };
    const least = offers.reduce((min, offer) => (compare(offer[1], min) < 0 ? offer[1] : min), offers[0][1]);
    const front = arrange(offers.filter((offer) => compare(offer[1], least) === 0).map((offer) => offer[0]), election)[0];
    if (front.length > 1) sizes.push(front.length);
    const bought = front[front.length > 1 ? picks[sizes.length - 1] ?? 0 : 0];
    for (const backer of bought.backers) {
      const due = times(least, worth(bought, backer, election.rulebook)), purse = purses.get(backer.group);
      purses.set(backer.group, compare(due, purse) < 0 ? minus(purse, due) : ZERO);
    }
    funded.push(bought);
    open = open.filter((one) => one !== bought);
  }
}

function worth(project, backer, rulebook) {
  const name = rulebook.rule.satisfaction, weight = ["cost", "count"].includes(name) ? 1n : backer.weight;
  return [["cost", "points_times_cost"].includes(name) ? weight * project.cost : weight, 1n];
}

// The least rho for which the supporters can just pay; undefined where they cannot.
function price(project, purses, rulebook) {
  const rows = project.backers.map((backer) => {
    const each = worth(project, backer, rulebook), purse = purses.get(backer.group);
    return { purse, each, voters: [backer.group.voters, 1n], rate: over(purse, each) };
  }).sort((one, other) => compare(one.rate, other.rate));
  let cost = [project.cost, 1n], total = rows.reduce((sum, row) => plus(sum, times(row.each, row.voters)), ZERO);
  for (const row of rows) {
    const rho = over(cost, total);
    if (compare(rho, row.rate) <= 0) return rho;
    cost = minus(cost, times(row.purse, row.voters));
    total = minus(total, times(row.each, row.voters));
  }
  return undefined;
}

// --- papers ----------------------------------------------------------------------------------------------------------

function electionHash(paper, held, ballots) {
  const groups = new Map();
  for (const ballot of ballots) groups.set(canonical(ballot), [ballot, (groups.get(canonical(ballot))?.[1] ?? 0) + 1]);
  const sorted = [...groups.keys()].sort(byBytes).map((key) => groups.get(key));
  const projects = paper.projects.map((one) => ({ area: one.area, category: one.category, cost: one.cost, id: one.id,
    minimum: one.minimum, pots: one.pots, withdrawn: held.withdrawn.includes(one.id),
    ...(one.exclusions.length ? { exclusions: one.exclusions } : {}) }));
  return hex(sha256(canonical({ budget: Number(paper.budget), exponent: paper.exponent, groups: sorted, projects })));
}

function readOutcome(files, paper, rulebookHash, rulebook) {
  const file = `papers/${paper.id}/outcome.json`, outcome = json(files, file);
  const keys = ["format", "election_sha256", "rulebook_sha256", "state", "by", "budget", "exponent", "currency", "voters", "cost",
    "remaining", "funded", "unfunded", "steps", "ties", "add1", "drawn", "pending"];
  members(outcome, keys, file);
  need(outcome.format === "pb-outcome-v1" && outcome.state === "decided" && canonical(outcome.pending) === "[]", file, "is undecided");
  need(outcome.rulebook_sha256 === rulebookHash && BigInt(outcome.budget) === paper.budget
    && outcome.exponent === paper.exponent && outcome.currency === rulebook.currency, file, "is of another rulebook or budget");
  const funded = new Map(outcome.funded);
  need(outcome.funded.every((one) => isPairOf(one)) && funded.size === outcome.funded.length, file, "a project is funded twice");
  const cost = outcome.funded.reduce((sum, one) => sum + one[1], 0);
  need(outcome.cost === cost && outcome.remaining === outcome.budget - cost, file, "its sums are wrong");
  const rest = paper.projects.map((one) => one.id).filter((id) => !funded.has(id));
  need(outcome.unfunded.map((one) => one.id).join("\n") === rest.join("\n")
    && rest.length + funded.size === paper.projects.length, file, "is of other projects");
  return outcome;
}

const isPairOf = (one) => Array.isArray(one) && one.length === 2 && isText(one[0]) && isWhole(one[1]);

function checkPaper(files, format, frozen, paper, held, register, sheet) {
  const name = (file) => `papers/${paper.id}/${file}`;
  const rulebook = json(files, name("rulebook.json"));
  const rulebookHash = hex(sha256(files.get(name("rulebook.json")).subarray(0, -1)));
  need(rulebook.format === "pb-rulebook-v1" && rulebookHash === paper.rulebook_sha256, name("rulebook.json"), "is not the one frozen");
  const outcome = readOutcome(files, paper, rulebookHash, rulebook);
  if (held.decision === "withhold") {
    say(`paper ${paper.id}: count not public`);
    return { paper, rulebook, outcome, openings: undefined, rows: undefined };
  }
  const isCast = format.kind === "cast", bytes = files.get(name("ballots.pb"));
  const openings = isCast ? readOpenings(files, format, paper, register) : [];
  need(!isCast || hex(sha256(files.get(name("openings.jsonl")))) === held.openings_sha256, name("openings.jsonl"), "is not the one in format.json");
  const rows = isCast ? openings.filter((one) => one.ballot && one.ballot.kind !== "blank").map((one) => [one.t, one.ballot])
    : readRows(bytes, rulebook, name("ballots.pb"));
  if (isCast) rows.forEach(([tracker, ballot]) => checkBallot(ballot, rulebook, paper, name("openings.jsonl"), tracker));
  need(ballotsFile(frozen, paper, rulebook, rows).equals(bytes), name("ballots.pb"), "is not what its ballots give, byte for byte");
  need(hex(sha256(bytes)) === held.ballots_sha256, name("ballots.pb"), "is not the one in format.json");
  checkCount(paper, held, rulebook, rows.map((row) => row[1]), outcome, sheet?.get(paper.id), name("outcome.json"));
  return { paper, rulebook, outcome, openings, rows };
}

function checkCount(paper, held, rulebook, ballots, outcome, seed, file) {
  need(outcome.voters === ballots.length && outcome.election_sha256 === electionHash(paper, held, ballots), file, "is of other ballots");
  need(outcome.drawn === (seed ? hex(seed) : "none"), file, "is of another lot");
  if (!isRepeated(rulebook)) {
    say(`paper ${paper.id}: count not repeated here (${rulebook.rule.name})`);
    return;
  }
  let funded;
  try {
    funded = countAgain(paper, held, rulebook, ballots, seed);
  } catch (error) {
    if (error instanceof Undecided) fail(file, "is undecided: a lot must be drawn first");
    throw error;
  }
  const found = canonical(funded.map((one) => [one.id, Number(one.cost)]));
  need(canonical(outcome.funded) === found, file, `is not what a recount gives: ${found}`);
  if (seed) {
    let isDecided = true;
    try { countAgain(paper, held, rulebook, ballots, undefined); } catch { isDecided = false; }
    need(!isDecided, "draw.json", `paper ${paper.id}: no lot was needed`);
  }
  say(`paper ${paper.id}: ${ballots.length} ballots, recounted, ${funded.length} funded`);
}

function readDraws(files, format, register) {
  if (!files.has("draw.json")) return undefined;
  const file = "draw.json", sheet = members(json(files, file), ["close_root", "draws"], file);
  need(sheet.close_root === hex(register.closeRoot), file, "its close root is not that of the register");
  need(Array.isArray(sheet.draws) && sheet.draws.length > 0, file, "has no draws");
  const seeds = new Map();
  for (const draw of sheet.draws) {
    members(draw, ["at", "digits", "paper", "people", "place"], file);
    need([draw.at, draw.paper, draw.place].every(isText) && isTexts(draw.people) && /^[1-6]{10}$/.test(draw.digits), file, "a draw is not of the right form");
    seeds.set(draw.paper, sha256(ascii("pb-draw-1\n"), register.closeRoot, ascii(`\n${draw.paper}\n${draw.digits}`)));
  }
  const order = format.papers.map((paper) => paper.id).filter((id) => seeds.has(id));
  need(order.join() === sheet.draws.map((draw) => draw.paper).join(), file, "its papers are not those of the round, in order");
  return seeds;
}

// --- ledger and the whole register -----------------------------------------------------------------------------------

const LEDGER = ["blank", "by_area", "counted", "marked", "received", "refused", "roll", "spoilt", "superseded"];
const isCell = (one) => Array.isArray(one) && one.length === 2 && isTexts(one[0]) && isWhole(one[1]);
const sumOf = (cells) => cells.reduce((sum, one) => sum + one[1], 0);

function checkLedgers(files, format, register, papers) {
  const file = "ledger.json", ledgers = members(json(files, file), ["papers"], file).papers;
  need(Array.isArray(ledgers) && ledgers.every((one) => Array.isArray(one) && one.length === 2), file, "is not of the right form");
  const ids = format.papers.map((paper) => paper.id).join("\n");
  need(ledgers.map((one) => one[0]).join("\n") === ids, file, "its papers are not those of format.json");
  need(register.close.marked.map((one) => one[0]).join("\n") === ids, "register.jsonl", "closes other papers");
  let least = 0, most = 0;
  ledgers.forEach(([id, ledger], at) => {
    checkLedger(members(ledger, LEDGER, file), id, papers[at], register.close.marked[at][2], register);
    if (papers[at].openings) return;
    least += ledger.counted + ledger.blank + ledger.superseded;
    most += ledger.counted + ledger.blank + ledger.superseded + ledger.refused;
  });
  checkComplete(register, papers, least, most);
}

function checkLedger(ledger, id, { rulebook, outcome, openings, rows }, marked, register) {
  const file = "ledger.json";
  need(["blank", "counted", "marked", "refused", "roll", "spoilt", "superseded"].every((key) => isWhole(ledger[key]))
    && [ledger.by_area, ledger.received].every((cells) => Array.isArray(cells) && cells.every(isCell)), file, "is not of the right form");
  const became = ledger.counted + ledger.superseded + ledger.refused + ledger.spoilt + ledger.blank;
  need(sumOf(ledger.received) === became, file, `paper ${id} does not balance`);
  need(ledger.counted + ledger.blank <= rulebook.ballot.ballots_per_voter * ledger.marked, file, `paper ${id}: more ballots than voters`);
  need(ledger.marked <= ledger.roll && sumOf(ledger.by_area) === ledger.marked && ledger.marked === marked, file,
    `paper ${id}: the voters marked do not agree`);
  for (const cells of [ledger.by_area, ledger.received])
    need(cells.length < 2 || cells.every((one) => one[1] >= 5), file, `paper ${id}: a small cell is not merged`);
  need(ledger.counted === outcome.voters, file, `paper ${id}: counted are not the voters of the outcome`);
  if (!openings) return;
  const opened = openings.filter((one) => one.ballot), voided = openings.filter((one) => register.voided.has(one.t)).length;
  need(ledger.counted === rows.length && ledger.blank === opened.length - rows.length
    && ledger.superseded === openings.length - opened.length - voided, file, `paper ${id} is not that of the openings`);
  const hasSheets = ledger.received.some((one) => one[0].includes("paper"));
  need(ledger.refused >= voided && (hasSheets || (ledger.refused === voided && ledger.spoilt === 0)), file,
    `paper ${id}: the refused are not those that were voided`);
}

function checkComplete(register, papers, least, most) {
  const file = "register.jsonl", of = new Map();
  papers.forEach((one, place) => one.openings?.forEach((opening) => of.set(opening.c, { place, t: opening.t })));
  const unknown = register.ballots.filter((c) => !of.has(c)).length;
  need(least <= unknown && unknown <= most, file, `${unknown} of its ballots are in no openings`);
  const trackers = new Set([...of.values()].map((one) => one.t));
  if (!most) for (const t of [...register.voided, ...register.superseded]) need(trackers.has(t), file, `refuses ${t}, which is in no openings`);
  const nights = register.of("night");
  nights.forEach((night, at) => {
    const batch = [];
    for (let next = night.number + 1; register.leaves[next].kindOf === "ballot"; next++) batch.push(register.leaves[next].c);
    const known = batch.filter((c) => of.has(c)).map((c) => ({ c, ...of.get(c) }));
    need(known.every((one, i) => !i || known[i - 1].place < one.place || (known[i - 1].place === one.place && known[i - 1].c < one.c)),
      file, `the ballots of ${night.day} are not sorted`);
    if (at === nights.length - 1) return;
    for (const place of new Set(known.map((one) => one.place)))
      need(new Set(known.filter((one) => one.place === place).map((one) => one.t)).size >= 50, file, `too few ballots joined on ${night.day}`);
  });
}

function checkIssues(files) {
  const file = "issues.json", issues = members(json(files, file), ["repairs", "source"], file);
  const source = members(issues.source, ["file", "sha256", "text"], file);
  need(isText(source.file) && isText(source.text) && isHash(source.sha256) && Array.isArray(issues.repairs), file, "is not of the right form");
  for (const one of issues.repairs) {
    members(one, ["code", "line", "text"], file);
    need(isText(one.code) && isText(one.text) && isWhole(one.line), file, "a repair is not of the right form");
  }
}

// --- the whole -------------------------------------------------------------------------------------------------------

const printable = (text) => text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, "?");
const say = (text) => console.log(printable(`  ok    ${text}`));

async function verify(folder) {
  const files = readFolder(folder), format = readFormat(files);
  const register = readRegister(files, format);
  await checkCheckpoint(files, format, register);
  checkNames(files, format);
  const frozen = readFrozen(files, format);
  checkCounted(files, format, files.get("frozen.json"), register);
  const digits = hex(sha256(format.keyBytes)).slice(0, 32);
  say(`signed by ${digits.match(/.{4}/g).join(" ")}: compare with your letter`);
  say(`${frozen.title} (${format.round}), revision ${format.revision}, ${register.all.length} entries in the register`);
  const sheet = readDraws(files, format, register);
  const papers = frozen.papers.map((paper, at) => checkPaper(files, format, frozen, paper, format.papers[at], register, sheet));
  if (format.kind === "imported") {
    checkIssues(files);
    return;
  }
  checkLedgers(files, format, register, papers);
  checkDecisions(format, register);
  say("the ledger balances, and every ballot in the register is accounted for");
}

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node verify.mjs RECORD-FOLDER");
  process.exit(1);
}
try {
  await verify(folder);
  console.log("The record holds.");
} catch (error) {
  const what = error instanceof Fault ? error.message : `the record cannot be read (${error.message})`;
  console.log(printable(`  FAIL  ${what}`));
  console.log("The record does not hold.");
  process.exit(1);
}
