#!/usr/bin/env node
// A second verifier of Commonpot's public records, format 1: node and its standard library alone.
//
//     node docs/formats/verify.mjs RECORD-FOLDER [--signer FINGERPRINT] [--since CHECKPOINT-FILE]
//
// It follows the pages beside it and nothing else: record.md says what a record holds and what must be true
// of it, canonical.md how bytes are spelt and hashed, rulebook.md and counting.md how ballots are counted. It shares no
// line with `pb-tally verify`. It counts again greedy, and equal shares without a completion or with Add1; of other
// rules it says "count not repeated here" and checks all else.
//
// Exit code 0: the record holds. 1: it does not. 2: no record to check, or called in a wrong way.

import { createHash, createPublicKey, verify as verifySignature } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process, { stdout } from "node:process";

// ---- Faults -------------------------------------------------------------------------------------------------------

/** The record breaks a rule of its format. */
class Fault extends Error {}

/** There is nothing here that could be checked (exit code 2). */
class NoRecord extends Error {}

function demand(condition, ...words) {
  if (!condition) throw new Fault(words.join(" "));
}

/** Text of a record as it may be printed: a stranger wrote it, so nothing in it may steer the terminal. */
function shown(text) {
  const plain = String(text).replace(/[^ -~]/gu, (sign) => `<U+${sign.codePointAt(0).toString(16).toUpperCase()}>`);
  return plain.length > 200 ? `${plain.slice(0, 200)}…` : plain;
}

// ---- Bytes --------------------------------------------------------------------------------------------------------

function sha256(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const sha256Hex = (...parts) => sha256(...parts).toString("hex");
const fromHex = (text) => Buffer.from(text, "hex");
const compareBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const fingerprint = (key) => sha256Hex(key).slice(0, 32);

function decodeUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Fault("is not UTF-8 text");
  }
}

function decodeBase64(text, length) {
  const bytes = Buffer.from(text, "base64");
  demand(bytes.toString("base64") === text, "base64 that is not spelt in the one right way");
  demand(bytes.length === length, `base64 of ${bytes.length} bytes where ${length} are needed`);
  return bytes;
}

/** The lines of a file in which every line, also the last, ends in one newline. */
function linesOf(bytes) {
  const lines = decodeUtf8(bytes).split("\n");
  demand(lines.pop() === "", "does not end in a newline");
  return lines;
}

// ---- Canonical JSON (canonical.md) --------------------------------------------------------------------------------

const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:(["\\])|u00([01][0-9a-f]))/y;
const NUMBER = /0|[1-9][0-9]*/y;

/** Reads canonical JSON, and refuses every other spelling of the same value. */
class CanonicalReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  static read(text) {
    const reader = new CanonicalReader(text);
    const value = reader.value(1);
    demand(reader.at === text.length, `more text after its value, at character ${reader.at}`);
    return value;
  }

  is(token) {
    const found = this.text.startsWith(token, this.at);
    if (found) this.at += token.length;
    return found;
  }

  need(token) {
    demand(this.is(token), `is not canonical JSON: ${token} is missing at character ${this.at}`);
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  value(depth) {
    demand(depth <= 64, "is nested too deep");
    if (this.is("{")) return this.object(depth);
    if (this.is("[")) return this.array(depth);
    if (this.is('"')) return this.string();
    if (this.is("true")) return true;
    if (this.is("false")) return false;
    return this.number();
  }

  number() {
    const found = this.match(NUMBER);
    demand(found, `is not canonical JSON at character ${this.at}`);
    demand(Number.isSafeInteger(Number(found[0])), "has a number of 2^53 or more");
    return Number(found[0]);
  }

  string() {
    let text = this.match(PLAIN)[0];
    while (!this.is('"')) {
      const escape = this.match(ESCAPE);
      demand(escape, `has a sign or an escape that canonical JSON does not have, at character ${this.at}`);
      text += escape[1] ?? String.fromCharCode(parseInt(escape[2], 16));
      text += this.match(PLAIN)[0];
    }
    return text;
  }

  array(depth) {
    const items = [];
    if (this.is("]")) return items;
    do items.push(this.value(depth + 1));
    while (this.is(","));
    this.need("]");
    return items;
  }

  object(depth) {
    const pairs = Object.create(null);
    if (this.is("}")) return pairs;
    let last = null;
    do {
      this.need('"');
      const key = this.string();
      demand(/^[\u0000-\u007f]*$/.test(key), "has a key that is not ASCII");
      demand(last === null || last < key, "has keys out of order, or one twice");
      last = key;
      this.need(":");
      pairs[key] = this.value(depth + 1);
    } while (this.is(","));
    this.need("}");
    return pairs;
  }
}

const escaped = (sign) =>
  sign === '"' || sign === "\\" ? `\\${sign}` : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** The canonical text of a value, without a final newline. */
function canonical(value) {
  if (typeof value === "string") return `"${value.replace(/["\\\u0000-\u001f]/g, escaped)}"`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object") return String(value);
  const pairs = Object.keys(value)
    .sort()
    .map((key) => `${canonical(key)}:${canonical(value[key])}`);
  return `{${pairs.join(",")}}`;
}

// ---- Shapes: what a value must look like --------------------------------------------------------------------------
// A shape is a function (value, where) that throws a Fault where the value has another shape.

const text = (value, where) => demand(typeof value === "string", `${where} is not text`);
const filled = (value, where) => demand(typeof value === "string" && value !== "", `${where} is empty or no text`);
const number = (value, where) => demand(typeof value === "number", `${where} is not a whole number`);
const positive = (value, where) => demand(typeof value === "number" && value > 0, `${where} is not a number above 0`);
const bool = (value, where) => demand(typeof value === "boolean", `${where} is neither true nor false`);

function anyOf(...allowed) {
  return (value, where) => demand(allowed.includes(value), `${where} is none of ${allowed.join(", ")}`);
}

function spelt(pattern, name) {
  return (value, where) => demand(typeof value === "string" && pattern.test(value), `${where} is not ${name}`);
}

function either(first, second) {
  return (value, where) => {
    try {
      first(value, where);
    } catch {
      second(value, where);
    }
  };
}

function list(shape) {
  return (value, where) => {
    demand(Array.isArray(value), `${where} is not a list`);
    value.forEach((item, index) => shape(item, `${where}[${index}]`));
  };
}

function row(...shapes) {
  return (value, where) => {
    demand(Array.isArray(value) && value.length === shapes.length, `${where} is not a list of ${shapes.length}`);
    shapes.forEach((shape, index) => shape(value[index], `${where}[${index}]`));
  };
}

function keys(shapes) {
  const names = Object.keys(shapes).sort().join(", ");
  return (value, where) => {
    demand(value !== null && typeof value === "object" && !Array.isArray(value), `${where} is not an object`);
    demand(Object.keys(value).sort().join(", ") === names, `${where} has not exactly the keys ${names}`);
    for (const key of Object.keys(shapes)) shapes[key](value[key], `${where}.${key}`);
  };
}

function base64(length) {
  return (value, where) => {
    text(value, where);
    decodeBase64(value, length);
  };
}

function moment(value, where) {
  spelt(/^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "a time")(value, where);
  const time = new Date(value);
  demand(
    !Number.isNaN(time.getTime()) && time.toISOString() === value.replace("Z", ".000Z"),
    `${where} is not a time`,
  );
}

const day = (value, where) => {
  text(value, where);
  moment(`${value}T00:00:00Z`, where);
};

const none = anyOf("none");
const hash = spelt(/^[0-9a-f]{64}$/, "a SHA-256 in hexadecimal");
const slug = spelt(/^[a-z0-9][a-z0-9-]{0,31}$/, "an id of a round or paper");
const word = spelt(/^[a-z][a-z_]{0,31}$/, "a word");
const tracker = spelt(/^[A-Z2-7]{16}$/, "a tracker");
const castProjectId = spelt(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "a project id");
const amountText = spelt(/^(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$/, "an amount");

function ratio(value, where) {
  spelt(/^(0|[1-9][0-9]*)\/[1-9][0-9]*$/, "a ratio")(value, where);
  demand(Ratio.read(value).toString() === value, `${where} is a ratio that is not in lowest terms`);
}

function distinct(values, where) {
  demand(new Set(values).size === values.length, `${where} names something twice`);
}

const AWARDS = list(row(text, number));

const CHANGES = {
  withdraw: { paper: slug, project: text },
  correct: { paper: slug },
  depart: { awards: AWARDS, paper: slug },
};

/** One decision since the first count. */
function change(value, where) {
  demand(value && Object.hasOwn(CHANGES, value.kind), `${where} is no decision that may follow a count`);
  keys({ kind: text, n: positive, reason: text, values: keys(CHANGES[value.kind]) })(value, where);
}

const FORMAT_KEYS = {
  format: anyOf(1),
  key: base64(32),
  kind: anyOf("cast", "imported"),
  papers: list(
    keys({
      ballots_sha256: hash,
      decision: anyOf("publish", "withhold"),
      id: slug,
      openings_sha256: either(anyOf(""), hash),
      reason: text,
      withdrawn: list(text),
    }),
  ),
  revision: positive,
  round: slug,
  verifier: keys({ release: text, sha256: hash }),
};

/** `changes` stands there only where there are any. */
const FORMAT = (value, where) => {
  const isChanged = Object.hasOwn(Object(value), "changes");
  keys(isChanged ? { ...FORMAT_KEYS, changes: list(change) } : FORMAT_KEYS)(value, where);
  demand(!isChanged || (value.changes.length > 0 && value.kind === "cast"), `${where}.changes has no place`);
};

/** Words of a list, in any order, each at most once. */
function someOf(...words) {
  const listed = list(anyOf(...words));
  return (value, where) => {
    listed(value, where);
    distinct(value, where);
  };
}

const ELIGIBILITY_KEYS = {
  consent_under: number,
  evidence: someOf("word", "document", "list", "introduction"),
  identify: anyOf("first", "last"),
  max_age: number,
  min_age: number,
  routes: someOf("live", "work", "study", "volunteer"),
  text,
};

/** `area` stands there only where each voter chose one. */
const ELIGIBILITY = (value, where) => {
  const isChosen = Object.hasOwn(Object(value), "area");
  keys(isChosen ? { ...ELIGIBILITY_KEYS, area: anyOf("chosen") } : ELIGIBILITY_KEYS)(value, where);
};

const FROZEN_PAPER = {
  areas: list(text),
  exponent: anyOf(0, 1, 2, 3, 4, 5, 6),
  id: slug,
  pots: list(keys({ amount: number, conditions: text, id: text, name: text, source: text, spend_by: text })),
  projects: list(
    keys({
      area: text,
      category: text,
      cost: number,
      exclusions: list(text),
      id: text,
      minimum: number,
      pictures: list(hash),
      place: text,
      pots: list(text),
      proposer_kind: text,
      summary: text,
      text,
      title: text,
    }),
  ),
  rulebook_sha256: hash,
  title: text,
};

const WORD = keys({ many: filled, one: filled });

/** `word` stands there only where a paper has its own word for the vote. */
const frozenPaper = (value, where) => {
  const hasWord = Object.hasOwn(Object(value), "word");
  keys(hasWord ? { ...FROZEN_PAPER, word: WORD } : FROZEN_PAPER)(value, where);
};

const FROZEN_KEYS = {
  areas: list(keys({ id: text, name: text })),
  council: text,
  format: anyOf(1),
  id: slug,
  papers: list(frozenPaper),
  timetable: keys({ closes_at: text, opens_at: text }),
  timezone: text,
  title: text,
};

/** `eligibility` stands there only where the round declared who may vote. */
const FROZEN = (value, where) => {
  const isDeclared = Object.hasOwn(Object(value), "eligibility");
  keys(isDeclared ? { ...FROZEN_KEYS, eligibility: ELIGIBILITY } : FROZEN_KEYS)(value, where);
};

function limits(bound, ...kinds) {
  const some = list(keys({ ...bound, name: text, of: anyOf(...kinds) }));
  return either(none, (value, where) => {
    some(value, where);
    demand(value.length > 0, `${where} is an empty list, which is written "none"`);
  });
}

const LINKS = ["more_supporters", "lower_cost", "lot", "listed"];

const RULEBOOK = keys({
  auto_award: anyOf("none", "all_fit"),
  ballot: keys({
    ballots_per_voter: positive,
    bonus: filled,
    kind: anyOf("approval", "points", "ranking", "budget"),
    max: either(none, number),
    min: either(none, number),
    point_max: either(none, number),
    point_min: either(none, number),
    points_total: either(none, number),
  }),
  cap: either(none, ratio),
  ceilings: limits({ most: either(ratio, amountText) }, "area", "category", "pot"),
  currency: text,
  exclusive: anyOf("none", "declared"),
  floors: limits({ least: either(ratio, amountText) }, "area", "category"),
  format: anyOf("pb-rulebook-v1"),
  part_offers: anyOf("none", "at_turn"),
  rule: keys({
    completion: keys({
      compare: anyOf("none", "greedy_strict", "greedy_or_equal"),
      name: anyOf("none", "add1", "greedy", "add1_then_greedy"),
      start: anyOf("none", "exact_share", "floored_share"),
      step: either(none, amountText),
      stop: anyOf("none", "first_overspend", "exhaustive"),
    }),
    name: anyOf("greedy", "equal_shares", "phragmen", "max_welfare", "bounded_overspending"),
    on_overspend: anyOf("none", "skip", "stop"),
    rank_by: anyOf("none", "votes", "points", "borda", "votes_per_cost", "points_per_cost", "borda_per_cost"),
    satisfaction: anyOf("none", "cost", "count", "points", "points_times_cost", "borda"),
    unsupported: anyOf("none", "fund", "leave"),
  }),
  threshold: keys({
    compare: anyOf("none", ">=", ">"),
    of: anyOf("none", "votes", "points", "borda", "share"),
    value: either(none, ratio),
  }),
  ties: list(anyOf(...LINKS)),
});

/** A step of a count, by its kind (outcome.md). */
const STEPS = {
  advance: {
    cost: number,
    id: text,
    left: number,
    paid: ratio,
    paid_all: number,
    paid_full: number,
    part: ratio,
    price: ratio,
  },
  comparison: { better_with_greedy: number, better_with_shares: number, keeps_shares: bool },
  load: { cost: number, id: text, is_funded: bool, left: number, load: ratio, voters: number },
  optimum: { is_unique: bool, worth: ratio },
  purchase: { cost: number, id: text, left: ratio, paid_all: number, paid_full: number, price: ratio },
  removal: { by: text, id: text, reason: anyOf("excluded", "over_ceiling") },
  reserve: { amount: number, name: text },
  turn: { cost: number, id: text, is_funded: bool, left: number, score: ratio },
};

function step(value, where) {
  demand(value && Object.hasOwn(STEPS, value.kind), `${where} is no step`);
  keys({ ...STEPS[value.kind], kind: text })(value, where);
}

const REASONS = {
  withdrawn: [[]],
  over_budget: [[]],
  over_cap: [["cap"]],
  below_threshold: [["needed", "score"]],
  no_support: [[]],
  did_not_fit: [["left", "score"], ["left", "load"], ["left"]],
  stopped: [["left", "score"], ["left"]],
  supporters_short: [["supporters_left"]],
  not_best: [["best", "with_it"]],
  excluded: [[]],
  over_ceiling: [["most", "room"]],
};

function unfunded(value, where) {
  keys({ cost: number, figures: () => {}, id: text, reason: anyOf(...Object.keys(REASONS)), supporters: number })(
    value,
    where,
  );
  const shapes = REASONS[value.reason].map((names) => keys(Object.fromEntries(names.map((name) => [name, ratio]))));
  shapes.reduce(either)(value.figures, `${where}.figures`);
}

const OUTCOME = keys({
  add1: list(keys({ endowment: ratio, total: number })),
  budget: number,
  by: anyOf("rule", "all_fit"),
  cost: number,
  currency: text,
  drawn: either(none, hash),
  election_sha256: hash,
  exponent: number,
  format: anyOf("pb-outcome-v1"),
  funded: list(row(text, number)),
  pending: list(text),
  remaining: number,
  rulebook_sha256: hash,
  state: anyOf("decided"), // a published count is decided: by a lot, where one was needed
  steps: list(step),
  ties: list(
    keys({ by: anyOf(...LINKS, "not_needed"), gains: list(text), ids: list(text), loses: list(text), step: number }),
  ),
  unfunded: list(unfunded),
  voters: number,
});

const CELLS = list(row(list(text), number));
const LEDGER = keys({
  papers: list(
    row(
      slug,
      keys({
        blank: number,
        by_area: CELLS,
        counted: number,
        marked: number,
        received: CELLS,
        refused: number,
        roll: number,
        spoilt: number,
        superseded: number,
      }),
    ),
  ),
});

const ISSUES = keys({
  repairs: list(keys({ code: text, line: number, text })),
  source: keys({ file: text, sha256: hash, text }),
});

const DRAW = keys({
  close_root: hash,
  draws: list(
    keys({ at: moment, digits: spelt(/^[1-6]{10}$/, "ten throws"), paper: slug, people: list(text), place: text }),
  ),
});

const BALLOTS = {
  approval: keys({ ids: list(text), kind: anyOf("approval") }),
  points: keys({ kind: anyOf("points"), points: list(row(text, positive)) }),
  ranking: keys({ ids: list(text), kind: anyOf("ranking") }),
  blank: keys({ kind: anyOf("blank") }),
};

const ballotShape = (value, where) => {
  demand(value && Object.hasOwn(BALLOTS, value.kind), `${where} is no ballot`);
  BALLOTS[value.kind](value, where);
};

const OPENED = keys({
  ballot: ballotShape,
  r: hash,
  t: tracker,
  v: positive,
  w: spelt(/^[0-9]{0,6}$/, "a check number"),
});
const CLOSED = keys({ d: hash, t: tracker, v: positive });

const LEAVES = {
  open: keys({ frozen: hash, key: base64(32) }),
  night: keys({ day, log_head: hash, roll_root: hash }),
  ballot: keys({ c: hash }),
  decision: keys({ kind: word, n: positive, sha256: hash }),
  void: keys({ code: word, t: tracker }),
  superseded_by_paper: keys({ t: tracker }),
  close: keys({ marked: list(row(slug, hash, number)) }),
  count: keys({ files: list(row(text, hash)), revision: positive }),
};

// ---- Exact fractions ----------------------------------------------------------------------------------------------

function gcd(a, b) {
  while (b) [a, b] = [b, a % b];
  return a;
}

/** A fraction, 0 or more, in lowest terms. */
class Ratio {
  constructor(numerator, denominator = 1n) {
    const common = gcd(numerator, denominator);
    this.n = numerator / common;
    this.d = denominator / common;
  }

  /** "n/d", or an amount: "12.50". */
  static read(written) {
    if (written.includes("/")) return new Ratio(...written.split("/").map(BigInt));
    const [whole, decimals = ""] = written.split(".");
    return new Ratio(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
  }

  plus = (other) => new Ratio(this.n * other.d + other.n * this.d, this.d * other.d);
  times = (other) => new Ratio(this.n * other.n, this.d * other.d);
  over = (other) => new Ratio(this.n * other.d, this.d * other.n);
  floor = () => this.n / this.d;
  compare = (other) => compareNumbers(this.n * other.d, other.n * this.d);
  toString = () => `${this.n}/${this.d}`;
}

const compareNumbers = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);
const bigSum = (numbers) => numbers.reduce((total, one) => total + one, 0n);

// ---- The files ----------------------------------------------------------------------------------------------------

const FILE_NAME = /^(?:(?:format|frozen|ledger|issues|draw)\.json|register\.jsonl|checkpoint)$/;
const PAPER_FILE = /^papers\/[a-z0-9][a-z0-9-]{0,31}\/(?:rulebook\.json|openings\.jsonl|ballots\.pb|outcome\.json)$/;

const GIB = 1024 ** 3;
const MOST_FILES = 4096;

const isOurs = (name) => FILE_NAME.test(name) || PAPER_FILE.test(name);

/** All that is below a folder and is no folder, before any is opened. */
function namesBelow(folder, inside = "") {
  return readdirSync(join(folder, inside), { withFileTypes: true }).flatMap((entry) => {
    const name = inside ? `${inside}/${entry.name}` : entry.name;
    return entry.isDirectory() ? namesBelow(folder, name) : [{ name, isFile: entry.isFile() }];
  });
}

function readFiles(folder) {
  const found = namesBelow(folder);
  if (!found.some(({ name }) => isOurs(name))) throw new NoRecord(`${shown(folder)} holds no file of a record`);
  for (const { name, isFile } of found) {
    demand(isFile, `${shown(name)}: is no file of a record`);
    demand(isOurs(name), `${shown(name)}: no file of a record has this name`);
  }
  const names = found.map(({ name }) => name).sort();
  const size = sum(names.map((name) => statSync(join(folder, name)).size));
  if (size > GIB || names.length > MOST_FILES) throw new NoRecord("larger than a record may be");
  return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
}

/** Does work that concerns one file; a fault in it names the file. */
function inFile(files, name, work) {
  demand(files.has(name), `${name}: is not in the record`);
  try {
    return work(files.get(name));
  } catch (fault) {
    if (fault instanceof Fault) throw new Fault(`${name}: ${fault.message}`);
    throw fault;
  }
}

function readCanonicalFile(files, name, shape) {
  return inFile(files, name, (bytes) => {
    const written = decodeUtf8(bytes);
    demand(written.endsWith("\n"), "does not end in a newline");
    const value = CanonicalReader.read(written.slice(0, -1));
    shape(value, "it");
    return value;
  });
}

/** The names that this record must have, no more and no fewer. */
function expectedNames(format, files) {
  const cast = format.kind === "cast";
  const names = ["checkpoint", "format.json", "frozen.json", "register.jsonl", cast ? "ledger.json" : "issues.json"];
  if (cast && files.has("draw.json")) names.push("draw.json"); // whether one must stand here shows in the count
  for (const { id, decision } of format.papers) {
    names.push(`papers/${id}/rulebook.json`, `papers/${id}/outcome.json`);
    if (decision === "publish") names.push(`papers/${id}/ballots.pb`);
    if (decision === "publish" && cast) names.push(`papers/${id}/openings.jsonl`);
  }
  return names.sort();
}

function checkFileSet(format, files) {
  const expected = expectedNames(format, files);
  for (const name of expected) demand(files.has(name), `${name}: is missing`);
  for (const name of files.keys()) demand(expected.includes(name), `${name}: does not belong in this record`);
  return `exactly these ${expected.length}`;
}

// ---- The register (record.md, "register.jsonl") -------------------------------------------------------------------

function readLeaves(files) {
  return inFile(files, "register.jsonl", (bytes) =>
    linesOf(bytes).map((line, index) => {
      const leaf = CanonicalReader.read(line);
      const [kind] = Object.keys(leaf);
      demand(Object.keys(leaf).length === 1 && Object.hasOwn(LEAVES, kind), `line ${index + 1} is no leaf`);
      LEAVES[kind](leaf[kind], `line ${index + 1}`);
      const word = leaf[kind].kind; // of a decision
      return { ...leaf[kind], word, kind, hash: sha256(Buffer.of(0), line) };
    }),
  );
}

/** The Merkle root of RFC 6962 over the leaves from `start` up to, not with, `end`. */
function rootOf(leaves, start = 0, end = leaves.length) {
  if (start === end) return sha256("");
  if (end - start === 1) return leaves[start].hash;
  let half = 1;
  while (half * 2 < end - start) half *= 2;
  return sha256(Buffer.of(1), rootOf(leaves, start, start + half), rootOf(leaves, start + half, end));
}

/** Walks over the leaves in the order that record.md prescribes. */
class LeafWalk {
  constructor(leaves) {
    this.leaves = leaves;
    this.at = 0;
  }

  done = () => this.at === this.leaves.length;
  next = (kind) => (this.leaves[this.at]?.kind === kind ? this.leaves[this.at++] : null);

  need(kind) {
    const leaf = this.next(kind);
    demand(leaf, `register.jsonl: line ${this.at + 1} should be a ${kind} leaf`);
    return leaf;
  }

  all(kind) {
    const found = [];
    for (let leaf = this.next(kind); leaf; leaf = this.next(kind)) found.push(leaf);
    return found;
  }
}

/** `open decision* ( decision "withdraw_opening" …, then open again )*`: the opening that counts. */
function walkOpening(walk) {
  let open = walk.need("open");
  for (;;) {
    const isWithdrawn = walk.all("decision").some((decision) => decision.word === "withdraw_opening");
    const again = walk.next("open");
    demand(
      Boolean(again) === isWithdrawn,
      "register.jsonl: an opening is withdrawn, and then made again, or neither",
    );
    if (!again) return open;
    open = again;
  }
}

/** `( night ballot* decision* )* night ballot*` */
function walkNights(walk) {
  const nights = [];
  for (let night = walk.next("night"); night; night = walk.next("night")) {
    const ballots = walk.all("ballot");
    nights.push({ ...night, ballots, decisions: walk.all("decision") });
    const isTakenBack = nights.at(-1).decisions.some((decision) => decision.word === "withdraw_opening");
    demand(!isTakenBack, "register.jsonl: an opening is taken back after the first night");
  }
  demand(nights.length > 0, "register.jsonl: it has no night");
  demand(
    nights.at(-1).decisions.length === 0,
    "register.jsonl: a decision stands between the last ballots and the close",
  );
  nights.slice(1).forEach((night, index) => {
    demand(nights[index].day < night.day, `register.jsonl: the night ${night.day} does not follow the one before it`);
  });
  return nights;
}

/** `decision+ count ( decision+ count )*`: each count, and the decisions before it; an import begins with a count. */
function walkCounts(walk, isImported) {
  const counts = [];
  do {
    const isFirstOfImport = isImported && counts.length === 0;
    const decisions = isFirstOfImport ? [] : walk.all("decision");
    demand(isFirstOfImport || decisions.length > 0, "register.jsonl: a count without a decision before it");
    counts.push({ ...walk.need("count"), decisions });
  } while (!walk.done());
  counts.forEach((count, index) => {
    demand(count.revision === index + 1, "register.jsonl: the counts are not revisions 1, 2, 3 …");
    const names = count.files.map(([name]) => name);
    demand(
      names.every((name, at) => at === 0 || compareBytes(names[at - 1], name) < 0),
      "register.jsonl: a count's files are not sorted",
    );
  });
  return counts;
}

function walkRefused(walk) {
  const voids = walk.all("void").map((leaf) => leaf.t);
  const superseded = walk.all("superseded_by_paper").map((leaf) => leaf.t);
  for (const trackers of [voids, superseded]) {
    const rising = trackers.every((one, index) => index === 0 || trackers[index - 1] < one);
    demand(rising, "register.jsonl: refused trackers are not sorted, or one stands there twice");
  }
  demand(
    !voids.some((one) => superseded.includes(one)),
    "register.jsonl: a tracker is both void and superseded by paper",
  );
  return { voids: new Set(voids), superseded: new Set(superseded) };
}

/** The register taken apart, its order checked. */
function readRegister(files, format) {
  const leaves = readLeaves(files);
  const walk = new LeafWalk(leaves);
  const decisions = leaves.filter((leaf) => leaf.kind === "decision");
  decisions.forEach((one, index) =>
    demand(one.n === index + 1, "register.jsonl: decisions are not numbered 1, 2, 3 …"),
  );
  if (format.kind === "imported") return { leaves, open: walk.need("open"), counts: walkCounts(walk, true) };
  const open = walkOpening(walk);
  const nights = walkNights(walk);
  const refused = walkRefused(walk);
  const { marked } = walk.need("close");
  const closeRoot = rootOf(leaves, 0, walk.at);
  return { leaves, open, nights, ...refused, marked, closeRoot, counts: walkCounts(walk, false) };
}

// ---- The checkpoint -----------------------------------------------------------------------------------------------

const P = 2n ** 255n - 19n;
const modulo = (value) => ((value % P) + P) % P;

/** Whether 32 bytes spell a point of Ed25519 in the one right way, and not one of small order.
 *
 * A point has small order exactly where y is 0, 1 or -1, or d·y⁴ + 2·y² - 1 is 0 (then doubling it gives y = 0), with
 * d = -121665/121666. That it lies on the curve is seen by node's own verification. */
function isGoodPoint(bytes) {
  const y = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`) & (2n ** 255n - 1n);
  if (y >= P || y <= 1n || y === P - 1n) return false;
  return modulo(-121665n * y ** 4n + 121666n * (2n * y ** 2n - 1n)) !== 0n;
}

/** node refuses S at or above the group order, and compares R byte for byte with [S]B - [k]A. */
function isSigned(key, message, signature) {
  if (!isGoodPoint(key) || !isGoodPoint(signature.subarray(0, 32))) return false;
  try {
    const jwk = { crv: "Ed25519", kty: "OKP", x: key.toString("base64url") };
    return verifySignature(null, Buffer.from(message), createPublicKey({ format: "jwk", key: jwk }), signature);
  } catch {
    return false;
  }
}

const CHECKPOINT = /^([^\n]*)\n(0|[1-9][0-9]*)\n([^\n]*)\n\n— ([^\n ]*) ([^\n]*)\n$/;

/** Reads a checkpoint and its signature; throws where it has another form, origin or key. */
function readCheckpoint(written, format) {
  const origin = `pb-register/${format.round}`;
  const parts = CHECKPOINT.exec(written);
  demand(parts, "has not the form of a checkpoint");
  demand(parts[1] === origin && parts[4] === origin, "is not of this round");
  const key = Buffer.from(format.key, "base64");
  const signed = decodeBase64(parts[5], 68);
  const keyId = sha256(origin, Buffer.of(0x0a, 0x01), key).subarray(0, 4);
  demand(keyId.equals(signed.subarray(0, 4)), "is signed by another key than the one in format.json");
  const root = decodeBase64(parts[3], 32);
  const message = `${parts[1]}\n${parts[2]}\n${parts[3]}\n`;
  return { size: Number(parts[2]), root, message, signature: signed.subarray(4), key };
}

function checkCheckpoint(files, format) {
  const leaves = readLeaves(files);
  return inFile(files, "checkpoint", (bytes) => {
    const { size, root, message, signature, key } = readCheckpoint(decodeUtf8(bytes), format);
    const here = rootOf(leaves);
    const ofHere = `pb-register/${format.round}\n${leaves.length}\n${here.toString("base64")}\n`;
    if (!isSigned(key, message, signature)) {
      const isMine = isSigned(key, ofHere, signature);
      throw new Fault(
        isMine ? "was changed: its signature is one of the register as it is" : "the signature is wrong",
      );
    }
    demand(size === leaves.length, `signs ${size} leaves, and the register has ${leaves.length}`);
    demand(root.equals(here), "signs another root than that of the register");
    return `${size} leaves, root ${here.toString("hex")}`;
  });
}

/** A checkpoint that somebody saved must be one of this register when it was shorter. */
/** Compares with a checkpoint that a person kept: its line ends and blanks are no matter. */
/** Whether a line of signature says that it is by the council's key: others may have signed as well. */
function isOfKey([, , , , name, signature], format) {
  const origin = `pb-register/${format.round}`;
  const keyId = sha256(origin, Buffer.of(0x0a, 0x01), Buffer.from(format.key, "base64")).subarray(0, 4);
  return name === origin && Buffer.from(signature, "base64").subarray(0, 4).equals(keyId);
}

function checkSince(path, format, register) {
  const kept = readFileSync(path, "utf8").replace(/^\uFEFF/, "").split(/\r\n?|\n/);
  const lines = kept.map((line) => line.trim()).filter((line) => line !== "");
  const origin = `pb-register/${format.round}`;
  const notes = lines.slice(3).map((signature) => [...lines.slice(0, 3), "", signature, ""].join("\n"));
  const isOfThisRound = notes.length > 0 && notes.every((note) => CHECKPOINT.exec(note)?.[1] === origin);
  if (!isOfThisRound) throw new NoRecord(`${shown(path)} is no checkpoint of this round`);
  const own = notes.filter((note) => isOfKey(CHECKPOINT.exec(note), format));
  const signed = (own.length > 0 ? own : notes).map((note) => readCheckpoint(note, format));
  demand(
    signed.every((one) => isSigned(one.key, one.message, one.signature)),
    "the signature of the saved checkpoint is wrong",
  );
  const [saved] = signed;
  demand(saved.size <= register.leaves.length, "the register has fewer leaves than when the checkpoint was saved");
  demand(rootOf(register.leaves, 0, saved.size).equals(saved.root), "the register is not the one that was saved");
  return `the first ${saved.size} leaves are those of the saved checkpoint`;
}

function checkHashes(files, format, register) {
  const { files: listed, revision } = register.counts.at(-1);
  demand(revision === format.revision, "format.json: its revision is not that of the register's last count");
  for (const [name, expected] of listed) {
    demand(files.has(name), `${shown(name)}: is in the register, but not here`);
    demand(sha256Hex(files.get(name)) === expected, `${name}: is not the file that the register names`);
  }
  const names = new Set(["register.jsonl", "checkpoint", ...listed.map(([name]) => name)]);
  for (const name of files.keys()) demand(names.has(name), `${name}: is not in the register`);
  return `${listed.length} hashes agree`;
}

// ---- format.json and frozen.json ----------------------------------------------------------------------------------

function readFormat(files) {
  const format = readCanonicalFile(files, "format.json", FORMAT);
  demand(format.papers.length > 0, "format.json: it has no paper");
  distinct(
    format.papers.map((paper) => paper.id),
    "format.json: papers",
  );
  demand(isGoodPoint(Buffer.from(format.key, "base64")), "format.json: its key is no sound Ed25519 key");
  for (const paper of format.papers) {
    const isHashed = paper.openings_sha256 !== "";
    demand(
      isHashed === (format.kind === "cast"),
      `format.json: the hash of the openings of ${paper.id} has no place here`,
    );
  }
  return format;
}

function checkProject(project, paper, frozen, format) {
  const where = `frozen.json: project ${shown(project.id)} of ${paper.id}`;
  const others = new Set(paper.projects.map((one) => one.id).filter((id) => id !== project.id));
  const pots = new Set(paper.pots.map((pot) => pot.id));
  if (format.kind === "cast") {
    castProjectId(project.id, where);
    demand(project.area === "" || frozen.areas.some((area) => area.id === project.area), `${where}: unknown area`);
  }
  demand(project.minimum <= project.cost, `${where}: its minimum is above its cost`);
  for (const key of ["pots", "exclusions"]) distinct(project[key], `${where}: ${key}`);
  demand(
    project.pots.every((id) => pots.has(id)),
    `${where}: unknown pot`,
  );
  demand(
    project.exclusions.every((id) => others.has(id)),
    `${where}: it excludes a project that is not beside it`,
  );
}

function checkFrozenPaper(paper, frozen, format) {
  const areas = frozen.areas.map((area) => area.id);
  distinct(paper.areas, `frozen.json: areas of ${paper.id}`);
  distinct(
    paper.pots.map((pot) => pot.id),
    `frozen.json: pots of ${paper.id}`,
  );
  distinct(
    paper.projects.map((project) => project.id),
    `frozen.json: projects of ${paper.id}`,
  );
  demand(
    paper.areas.every((id) => areas.includes(id)),
    `frozen.json: ${paper.id} has an unknown area`,
  );
  for (const project of paper.projects) checkProject(project, paper, frozen, format);
}

/** Imported records have no times that mean anything. */
function checkTimetable({ opens_at: opens, closes_at: closes }) {
  moment(opens, "frozen.json: opens_at");
  moment(closes, "frozen.json: closes_at");
  demand(opens < closes, "frozen.json: it closes before it opens");
}

function readFrozen(files, format) {
  const frozen = readCanonicalFile(files, "frozen.json", FROZEN);
  const ids = (papers) => papers.map((paper) => paper.id).join(" ");
  demand(frozen.id === format.round, "frozen.json: it is of another round than format.json");
  demand(ids(frozen.papers) === ids(format.papers), "frozen.json: its papers are not those of format.json");
  distinct(
    frozen.areas.map((area) => area.id),
    "frozen.json: areas",
  );
  if (format.kind === "cast") checkTimetable(frozen.timetable);
  for (const paper of frozen.papers) checkFrozenPaper(paper, frozen, format);
  return frozen;
}

function checkOpening(files, format, register) {
  demand(
    register.open.frozen === sha256Hex(files.get("frozen.json")),
    "frozen.json: is not what was frozen at the opening",
  );
  demand(register.open.key === format.key, "format.json: its key is not the one logged at the opening");
  return `frozen.json is ${register.open.frozen}: compare with the hash on the round's page`;
}

/** What stands about one paper in the two files, side by side; money as BigInt. */
function joinPaper(frozen, entry, round) {
  const projects = frozen.projects.map((project, index) => {
    const withdrawn = entry.withdrawn.includes(project.id);
    return { ...project, index, withdrawn, cost: BigInt(project.cost), votes: 0n, points: 0n, borda: 0n };
  });
  const byId = new Map(projects.map((project) => [project.id, project]));
  distinct(entry.withdrawn, `format.json: withdrawn projects of ${entry.id}`);
  demand(
    entry.withdrawn.every((id) => byId.has(id)),
    `format.json: an unknown project left ${entry.id}`,
  );
  const budget = bigSum(frozen.pots.map((pot) => BigInt(pot.amount)));
  demand(budget < 2n ** 53n, `frozen.json: the money of ${entry.id} is 2^53 or more`);
  const isPublic = entry.decision === "publish";
  return { ...frozen, entry, projects, byId, budget, isPublic, round, folder: `papers/${entry.id}` };
}

// ---- The rulebook (rulebook.md) -----------------------------------------------------------------------------------

const isSet = (value) => value !== "none";
const minorUnits = (amount, exponent) => Ratio.read(amount).times(new Ratio(10n ** BigInt(exponent)));

function checkTies(links) {
  distinct(links, "ties");
  demand(["lot", "listed"].includes(links.at(-1)), "ties do not end in lot or listed");
  demand(!links.slice(0, -1).some((link) => ["lot", "listed"].includes(link)), "ties go on after lot or listed");
}

function checkParameters({ ballot, rule, threshold }) {
  const { completion } = rule;
  const add1 = ["add1", "add1_then_greedy"].includes(completion.name);
  const ranks = rule.name === "greedy" || isSet(completion.compare) || completion.name.endsWith("greedy");
  const spends = ranks || rule.name === "phragmen";
  demand(isSet(rule.rank_by) === ranks, "rank_by is missing or has no place here");
  demand(isSet(rule.on_overspend) === spends, "on_overspend is missing or has no place here");
  demand(isSet(rule.unsupported) === spends, "unsupported is missing or has no place here");
  demand(
    isSet(rule.satisfaction) === !["greedy", "phragmen"].includes(rule.name),
    "satisfaction does not fit the rule",
  );
  demand(
    rule.name === "equal_shares" || (!isSet(completion.name) && !isSet(completion.compare)),
    "a completion has no place here",
  );
  for (const key of ["start", "step", "stop"])
    demand(isSet(completion[key]) === add1, `completion.${key} does not fit`);
  demand(
    rule.name !== "phragmen" || ["approval", "budget"].includes(ballot.kind),
    "Phragmén is asked of other ballots than approvals",
  );
  demand(new Set([threshold.of, threshold.value, threshold.compare].map(isSet)).size === 1, "half a threshold");
  const figures = [rule.rank_by.replace("_per_cost", ""), rule.satisfaction.replace("_times_cost", ""), threshold.of];
  demand(ballot.kind === "points" || !figures.includes("points"), "points are asked of ballots that give none");
  demand(ballot.kind === "ranking" || !figures.includes("borda"), "Borda is asked of ballots that are no rankings");
}

/** Amounts in currency units are whole minor units; a step is above 0. */
function checkAmounts({ rule, ceilings, floors }, exponent) {
  const { step } = rule.completion;
  const most = isSet(ceilings) ? ceilings.map((one) => one.most) : [];
  const least = isSet(floors) ? floors.map((one) => one.least) : [];
  const amounts = [step, ...most, ...least].filter((one) => isSet(one) && !one.includes("/"));
  demand(
    amounts.every((one) => minorUnits(one, exponent).d === 1n),
    "an amount is finer than the currency",
  );
  demand(!isSet(step) || minorUnits(step, exponent).n > 0n, "completion.step is 0");
}

/** A share of the budget is above 0 and at most all of it. */
function checkShares({ cap, ceilings, floors }) {
  const [most, least] = [isSet(ceilings) ? ceilings : [], isSet(floors) ? floors : []];
  const written = [cap, ...most.map((one) => one.most), ...least.map((one) => one.least)];
  const shares = written.filter((one) => one.includes("/")).map(Ratio.read);
  demand(
    shares.every((one) => one.n > 0n && one.n <= one.d),
    "a share that is no part of the budget",
  );
  const reserved = least.filter((one) => one.least.includes("/")).map((one) => Ratio.read(one.least));
  const all = reserved.reduce((sum, one) => sum.plus(one), new Ratio(0n));
  demand(all.n <= all.d, "floors reserve more than all the money");
  for (const limits of [most, least]) checkLimited(limits);
  demand(!least.some((one) => one.name === "*"), "a floor for each has no order");
}

function checkLimited(limits) {
  demand(
    limits.every((one) => one.name !== ""),
    "a limit names nothing",
  );
  distinct(
    limits.map((one) => `${one.of} ${one.name}`),
    "limits",
  );
  const each = limits.filter((one) => one.name === "*").map((one) => one.of);
  demand(
    !limits.some((one) => one.name !== "*" && each.includes(one.of)),
    "limits: one stands twice, by * and by its name",
  );
}

function checkPlaceOfLimits({ rule, floors, part_offers: partOffers }) {
  const isGreedy = rule.name === "greedy";
  demand(isGreedy || (!isSet(floors) && !isSet(partOffers)), "floors and part-offers are greedy's");
  demand(!isSet(floors) || rule.on_overspend === "skip", "floors where greedy stops");
  demand(!isSet(floors) || !isSet(partOffers), "floors beside part-offers");
}

function checkBallotBounds({ kind, bonus, min, max, point_min, point_max, points_total }) {
  const hasPoints = [point_min, point_max, points_total].some(isSet);
  demand(kind === "points" || !hasPoints, "bounds on points of ballots that give none");
  demand(!isSet(min) || !isSet(max) || min <= max, "ballot.min is above ballot.max");
  demand(!isSet(point_max) || (isSet(point_min) ? point_min : 1) <= point_max, "point_min is above point_max");
  demand(!isSet(bonus) || (kind === "approval" && isSet(max)), "a bonus without an approval that has a max");
  const low = isSet(point_min) ? point_min : 1;
  const least = low * Math.max(isSet(min) ? min : 1, 1);
  demand(!isSet(points_total) || least <= points_total, "points_total is below what a ballot must give");
}

function readRulebook(files, paper) {
  const name = `${paper.folder}/rulebook.json`;
  const rulebook = readCanonicalFile(files, name, RULEBOOK);
  inFile(files, name, () => {
    demand(sha256Hex(canonical(rulebook)) === paper.rulebook_sha256, "is not the one that was frozen");
    checkTies(rulebook.ties);
    checkShares(rulebook);
    checkPlaceOfLimits(rulebook);
    checkAmounts(rulebook, paper.exponent);
    checkBallotBounds(rulebook.ballot);
    checkParameters(rulebook);
  });
  return rulebook;
}

// ---- Ballots ------------------------------------------------------------------------------------------------------

const MARKS = { approval: "approval", budget: "approval", points: "points", ranking: "ranking" };
const idsOf = (ballot) => (ballot.kind === "points" ? ballot.points.map(([id]) => id) : ballot.ids);

/** Of the right kind, of projects of the paper, each once, in paper order unless it is a ranking. */
function checkMarks(ballot, paper, kind) {
  demand(ballot.kind === MARKS[kind], `is a ballot of kind ${ballot.kind}`);
  const projects = idsOf(ballot).map((id) => paper.byId.get(id));
  demand(!projects.includes(undefined), "names a project that is not on the paper");
  distinct(idsOf(ballot), "the ballot");
  const inOrder = projects.every((project, at) => at === 0 || projects[at - 1].index < project.index);
  demand(inOrder || kind === "ranking", "is not in the order of the paper");
  return projects;
}

/** Whether the ballot keeps within the bounds that the rulebook sets. */
function checkBounds(ballot, paper, bounds) {
  const projects = checkMarks(ballot, paper, bounds.kind);
  const bonus = isSet(bounds.bonus) && projects.some((project) => project.category === bounds.bonus) ? 1 : 0;
  demand(projects.length >= Math.max(1, isSet(bounds.min) ? bounds.min : 1), "names too few projects");
  demand(!isSet(bounds.max) || projects.length <= bounds.max + bonus, "names too many projects");
  const spent = bigSum(projects.map((project) => project.cost));
  demand(bounds.kind !== "budget" || spent <= paper.budget, "spends more than the paper's money");
  if (bounds.kind === "points")
    checkPoints(
      ballot.points.map(([, points]) => points),
      bounds,
    );
}

function checkPoints(points, { point_min: least, point_max: most, points_total: total }) {
  demand(
    points.every((one) => one >= (isSet(least) ? least : 1)),
    "gives a project too few points",
  );
  demand(
    points.every((one) => !isSet(most) || one <= most),
    "gives a project too many points",
  );
  demand(!isSet(total) || sum(points) <= total, "gives too many points together");
}

// ---- openings.jsonl -----------------------------------------------------------------------------------------------

const versionDigest = (line) =>
  line.d ? fromHex(line.d) : sha256(fromHex(line.r), canonical({ ballot: line.ballot, w: line.w }));

function commitment(line, paper) {
  const head = `pb-ballot-v1\n${paper.round}\n${paper.id}\n${line.t}\n${line.v}\n`;
  return sha256Hex(head, versionDigest(line));
}

function readOpeningLine(written) {
  const line = CanonicalReader.read(written);
  (Object.hasOwn(Object(line), "d") ? CLOSED : OPENED)(line, "it");
  return line;
}

/** Versions 1, 2, 3 … of each tracker, and only the last open; none where the register refuses the tracker. */
function checkVersions(lines, isRefused) {
  lines.forEach((line, at) => {
    const last = lines[at - 1];
    const isNew = last === undefined || last.t < line.t;
    demand(isNew || last.t === line.t, `trackers out of order at ${line.t}`);
    demand(line.v === (isNew ? 1 : last.v + 1), `${line.t}: the versions are not 1, 2, 3 …`);
    const isLast = lines[at + 1]?.t !== line.t;
    const shouldOpen = isLast && !isRefused(line.t);
    demand(
      Boolean(line.ballot) === shouldOpen,
      `${line.t}: version ${line.v} should ${shouldOpen ? "" : "not "}be opened`,
    );
  });
}

function readOpenings(files, paper, rulebook, register) {
  return inFile(files, `${paper.folder}/openings.jsonl`, (bytes) => {
    demand(sha256Hex(bytes) === paper.entry.openings_sha256, "has not the hash in format.json");
    const lines = linesOf(bytes).map(readOpeningLine);
    checkVersions(lines, (t) => register.voids.has(t) || register.superseded.has(t));
    for (const line of lines) {
      line.c = commitment(line, paper);
      if (line.ballot && line.ballot.kind !== "blank")
        about(line.t, () => checkBounds(line.ballot, paper, rulebook.ballot));
    }
    return lines;
  });
}

function about(name, work) {
  try {
    work();
  } catch (fault) {
    throw new Fault(`${shown(name)}: ${fault.message}`);
  }
}

// ---- ballots.pb ---------------------------------------------------------------------------------------------------

const WHITE = /[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu;
const oneLine = (words) => words.replace(WHITE, " ").replace(/^ | $/g, "");
const field = (words) => (words.includes(";") || words.startsWith('"') ? `"${words.replaceAll('"', '""')}"` : words);
const VOTE_TYPE = { approval: "approval", budget: "approval", points: "cumulative", ranking: "ordinal" };

function money(amount, exponent) {
  const digits = String(amount).padStart(exponent + 1, "0");
  return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

function ballotFields({ voter, ballot }) {
  const points = ballot.kind === "points" ? [ballot.points.map(([, one]) => one).join(",")] : [];
  return [voter, idsOf(ballot).join(","), ...points];
}

/** The one spelling of the file that holds these ballots. */
function writeBallots(paper, rulebook, frozen, rows) {
  const { kind } = rulebook.ballot;
  const meta = [
    ["description", oneLine(`${frozen.title}: ${paper.title}`)],
    ["unit", oneLine(frozen.council)],
    ["instance", frozen.id],
    ["subunit", paper.id],
    ["currency", rulebook.currency],
    ["num_projects", String(paper.projects.length)],
    ["num_votes", String(rows.length)],
    ["budget", money(paper.budget, paper.exponent)],
    ["vote_type", VOTE_TYPE[kind]],
  ];
  const projects = paper.projects.map((project) => {
    const { id, cost, title, category } = project;
    return [id, money(cost, paper.exponent), oneLine(title), oneLine(category)];
  });
  const lines = [
    ...[["META"], ["key", "value"], ...meta],
    ...[["PROJECTS"], ["project_id", "cost", "name", "category"], ...projects],
    ...[["VOTES"], ["voter_id", "vote", ...(kind === "points" ? ["points"] : [])], ...rows.map(ballotFields)],
  ];
  return lines.map((fields) => `${fields.map(field).join(";")}\n`).join("");
}

function splitFields(line) {
  const fields = [];
  let rest = `;${line}`;
  while (rest !== "") {
    const found = /^;(?:"((?:[^"]|"")*)"(?=;|$)|([^;"][^;]*|))/.exec(rest);
    demand(found, "has a row that cannot be parted into fields");
    fields.push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    rest = rest.slice(found[0].length);
  }
  return fields;
}

function readBallot(fields, kind) {
  const parts = (words) => (words === "" ? [] : words.split(","));
  demand(fields.length === (kind === "points" ? 3 : 2), "has a row of another width");
  const ids = parts(fields[1]);
  if (kind !== "points") return { kind: MARKS[kind], ids };
  const points = parts(fields[2]);
  demand(points.length === ids.length && points.every((one) => /^[1-9][0-9]{0,15}$/.test(one)), "has points amiss");
  return { kind, points: ids.map((id, at) => [id, Number(points[at])]) };
}

/** The rows of an imported file: what stands after META, PROJECTS and the two lines of VOTES. */
function readImportedRows(bytes, paper, rulebook) {
  const { kind } = rulebook.ballot;
  const head = 15 + paper.projects.length;
  return linesOf(bytes)
    .slice(head)
    .map((line) => {
      const fields = splitFields(line);
      const ballot = readBallot(fields, kind);
      about(fields[0], () => checkMarks(ballot, paper, kind));
      return { voter: fields[0], ballot };
    });
}

function openedRows(openings) {
  const opened = openings.filter((line) => line.ballot && line.ballot.kind !== "blank");
  return opened.map((line) => ({ voter: line.t, ballot: line.ballot }));
}

function readRows(files, format, frozen, paper, rulebook, openings) {
  return inFile(files, `${paper.folder}/ballots.pb`, (bytes) => {
    demand(sha256Hex(bytes) === paper.entry.ballots_sha256, "has not the hash in format.json");
    const rows = format.kind === "cast" ? openedRows(openings) : readImportedRows(bytes, paper, rulebook);
    const again = Buffer.from(writeBallots(paper, rulebook, frozen, rows));
    demand(bytes.equals(again), "is not, byte for byte, the file that its ballots make");
    return rows;
  });
}

// ---- The count (counting.md) --------------------------------------------------------------------------------------

/** [project, weight] of every project that a ballot names. */
function weightsOf(ballot, byId) {
  if (ballot.kind === "points") return ballot.points.map(([id, points]) => [byId.get(id), BigInt(points)]);
  const worth = (at) => (ballot.kind === "ranking" ? BigInt(ballot.ids.length - at) : 1n);
  return ballot.ids.map((id, at) => [byId.get(id), worth(at)]);
}

/** Equal ballots once, sorted by their canonical bytes, each with its number of voters. */
function groupBallots(rows) {
  const groups = new Map();
  for (const { ballot } of rows) {
    const key = canonical(ballot);
    const group = groups.get(key) ?? { key, ballot, voters: 0 };
    group.voters += 1;
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => compareBytes(a.key, b.key));
}

function electionHash(paper, groups) {
  const projects = paper.projects.map((project) => {
    const { area, category, id, minimum, pots, withdrawn, exclusions } = project;
    const hashed = { area, category, cost: project.cost, id, minimum, pots, withdrawn };
    return exclusions.length > 0 ? { ...hashed, exclusions } : hashed;
  });
  const voters = groups.map((group) => [group.ballot, group.voters]);
  return sha256Hex(canonicalElection({ budget: paper.budget, exponent: paper.exponent, groups: voters, projects }));
}

const canonicalElection = ({ budget, exponent, groups, projects }) =>
  canonical({
    budget: Number(budget),
    exponent,
    groups,
    projects: projects.map((one) => ({ ...one, cost: Number(one.cost) })),
  });

/** The ballots of a paper, added up: projects with their figures, and voters in groups. */
function makeElection(paper, rows) {
  const groups = groupBallots(rows);
  const projects = paper.projects.map((project) => ({ ...project, supporters: [] }));
  const byId = new Map(projects.map((project) => [project.id, project]));
  groups.forEach(({ ballot, voters }, group) => {
    for (const [project, weight] of weightsOf(ballot, byId)) {
      project.supporters.push({ group, weight, voters: BigInt(voters) });
      project.votes += BigInt(voters);
      if (ballot.kind === "points") project.points += weight * BigInt(voters);
      if (ballot.kind === "ranking") project.borda += weight * BigInt(voters);
    }
  });
  const { budget, exponent } = paper;
  return { projects, groups, budget, exponent, voters: BigInt(rows.length), hash: electionHash(paper, groups) };
}

/** What a threshold looks at. */
function thresholdScore(project, of, voters) {
  if (of !== "share") return new Ratio(project[of]);
  return voters === 0n ? new Ratio(0n) : new Ratio(project.votes, voters);
}

function belowThreshold(project, { of, value, compare }, voters) {
  if (!isSet(of)) return null;
  const score = thresholdScore(project, of, voters);
  const order = score.compare(Ratio.read(value));
  const isBelow = order < 0 || (order === 0 && compare === ">");
  return isBelow ? { reason: "below_threshold", figures: { needed: value, score: score.toString() } } : null;
}

/** Why a project may not enter the count, whatever the ballots say; or null. */
function reasonBarred(project, budget, { rule, cap }) {
  const stops = rule.name === "greedy" && rule.on_overspend === "stop";
  if (project.withdrawn) return { reason: "withdrawn", figures: {} };
  if (project.cost > budget && !stops) return { reason: "over_budget", figures: {} };
  const most = isSet(cap) ? Ratio.read(cap).times(new Ratio(budget)) : new Ratio(project.cost);
  return new Ratio(project.cost).compare(most) > 0 ? { reason: "over_cap", figures: { cap: most.toString() } } : null;
}

/** Why a project does not enter the count, with its figures; or null. */
const reasonOut = (project, election, rulebook) =>
  reasonBarred(project, election.budget, rulebook) ?? belowThreshold(project, rulebook.threshold, election.voters);

/** Parts a group by an order: level ones together, in paper order. */
function partBy(order, group) {
  const parts = [];
  for (const project of [...group].sort((a, b) => order(a, b) || a.index - b.index)) {
    const last = parts.at(-1);
    if (last && order(last[0], project) === 0) last.push(project);
    else parts.push([project]);
  }
  return parts;
}

/** The chain of a rulebook; without a seed the lot parts nobody. */
class TieChain {
  constructor(links, seed) {
    const lot = (project) => sha256(seed, Buffer.of(0), project.id);
    this.links = links.filter((link) => seed || link !== "lot");
    this.orders = {
      more_supporters: (a, b) => compareNumbers(b.votes, a.votes),
      lower_cost: (a, b) => compareNumbers(a.cost, b.cost),
      listed: (a, b) => a.index - b.index,
      lot: (a, b) => Buffer.compare(lot(a), lot(b)),
    };
  }

  /** Level projects in order: the groups that stay level, and the link that put the first one in front. */
  arrange(level) {
    let groups = [[...level].sort((a, b) => a.index - b.index)];
    let by = "not_needed";
    for (const link of this.links) {
      const parts = groups.flatMap((group) => partBy(this.orders[link], group));
      if (groups[0].length > 1 && parts.length > groups.length) by = link;
      groups = parts;
    }
    return { groups, order: groups.flat(), by };
  }
}

/** A tie as the outcome writes it: `funded`, and what the other order would have funded. */
function writeTie({ step, order, by }, funded, other) {
  const ids = (projects) => projects.map((project) => project.id);
  const notIn = (projects, those) => projects.filter((one) => !those.includes(one)).sort((a, b) => a.index - b.index);
  return { by, gains: ids(notIn(other, funded)), ids: ids(order), loses: ids(notIn(funded, other)), step };
}

/** Greedy's score of every project, by `rank_by`. */
function greedyScores(projects, rankBy) {
  const figure = rankBy.replace("_per_cost", "");
  const highest = projects.reduce((most, project) => (project[figure] > most ? project[figure] : most), 0n);
  return projects.map((project) => {
    if (figure === rankBy) return new Ratio(project[figure]);
    if (project.cost === 0n) return new Ratio(project[figure] * (1n + highest));
    return new Ratio(project[figure], project.cost);
  });
}

/** Whether it matters which of these level projects comes first. */
function needsLot(level, left, stops) {
  const fitting = level.filter((project) => project.cost <= left);
  if (fitting.length === 0 || level.length === 1) return false;
  return bigSum(fitting.map((project) => project.cost)) > left || (stops && fitting.length < level.length);
}

/** Greedy, turn by turn. `turned`: take the level of this meeting the other way round, to see what that changes. */
class GreedyRun {
  constructor(election, rule, chain, turned = null) {
    this.left = election.budget;
    this.stops = rule.on_overspend === "stop";
    this.scores = greedyScores(election.projects, rule.rank_by);
    this.chain = chain;
    this.turned = turned;
    this.hasStopped = false;
    this.isUndecided = false;
    this.met = [];
    this.funded = [];
    this.steps = [];
    this.missed = new Map();
  }

  /** All turns: level after level of equal score, the highest first. */
  go(projects) {
    const byScore = (a, b) => this.scores[b.index].compare(this.scores[a.index]);
    for (const level of partBy(byScore, projects)) this.takeLevel(level);
    return this;
  }

  takeLevel(level) {
    const { groups, order, by } = this.chain.arrange(level);
    if (level.length > 1) this.met.push({ step: this.steps.length, order, by });
    const isTurned = level.length > 1 && this.turned === this.met.length - 1;
    const isTrial = this.turned !== null;
    for (const group of isTurned ? [[...order].reverse()] : groups) {
      this.isUndecided ||= !isTrial && !this.hasStopped && needsLot(group, this.left, this.stops);
      for (const project of group) this.turn(project);
    }
  }

  turn(project) {
    const [score, left, cost] = [this.scores[project.index].toString(), Number(this.left), Number(project.cost)];
    const isFunded = project.cost <= this.left && !this.hasStopped;
    this.steps.push({ cost, id: project.id, is_funded: isFunded, kind: "turn", left, score });
    if (isFunded) {
      this.funded.push(project);
      this.left -= project.cost;
      return;
    }
    const reason = this.hasStopped ? "stopped" : "did_not_fit";
    this.missed.set(project.id, { reason, figures: { left: `${left}/1`, score } });
    this.hasStopped = this.stops;
  }
}

/** What greedy does; null where it is undecided. */
function countGreedy(election, places, { rule }, chain) {
  const turns = places.filter((project) => rule.unsupported === "fund" || project.votes > 0n);
  const walk = (turned) => new GreedyRun(election, rule, chain, turned).go(turns);
  const run = walk(null);
  if (run.isUndecided) return null;
  const ties = run.met.map((tie, number) => writeTie(tie, run.funded, walk(number).funded));
  return { funded: run.funded, steps: run.steps, missed: run.missed, ties, add1: [] };
}

// Equal shares. Purses are whole numbers over one denominator that all share: exact, and quick to compare.

const WORTH = {
  cost: (project) => project.cost,
  count: () => 1n,
  points: (_, weight) => weight,
  borda: (_, weight) => weight,
  points_times_cost: (project, weight) => weight * project.cost,
};

/** One run of equal shares with one endowment. */
class SharesRun {
  constructor(election, places, satisfaction, chain, endowment) {
    this.chain = chain;
    this.met = [];
    this.denominator = endowment.d;
    this.purses = election.groups.map(() => endowment.n);
    this.voters = election.groups.map((group) => BigInt(group.voters));
    this.funded = [];
    this.steps = [];
    this.places = places;
    for (const free of places)
      if (free.cost === 0n && free.votes > 0n) this.note(free, new Ratio(0n), free.votes, 0n);
    const worth = WORTH[satisfaction];
    this.waiting = places
      .filter((project) => project.cost > 0n && project.votes > 0n)
      .map((project) => ({
        project,
        bound: new Ratio(0n), // rho never falls while purses empty: the last one seen is a lower bound
        backers: project.supporters.map((one) => ({ ...one, worth: worth(project, one.weight) })),
      }));
  }

  /** What these purses hold together. */
  together = (groups) =>
    new Ratio(bigSum(groups.map((group) => this.purses[group] * this.voters[group])), this.denominator);

  note(project, price, paidFull, paidAll) {
    const [paid_full, paid_all] = [paidFull, paidAll].map(Number);
    const left = this.together([...this.purses.keys()]).toString();
    const { id, cost } = project;
    this.steps.push({ cost: Number(cost), id, kind: "purchase", left, paid_all, paid_full, price: price.toString() });
    this.funded.push(project);
  }

  /** Why places were not funded, with figures. */
  get missed() {
    const why = (project) => {
      if (project.votes === 0n) return { reason: "no_support", figures: {} };
      const left = this.together(project.supporters.map((one) => one.group));
      return { reason: "supporters_short", figures: { supporters_left: left.toString() } };
    };
    return new Map(this.places.filter((one) => !this.funded.includes(one)).map((one) => [one.id, why(one)]));
  }

  /** The least rho at which the supporters can pay, or null where they cannot. */
  rho({ project, backers }) {
    const purse = (backer) => this.purses[backer.group];
    let cost = project.cost * this.denominator;
    if (bigSum(backers.map((backer) => purse(backer) * backer.voters)) < cost) return null;
    let worth = bigSum(backers.map((backer) => backer.worth * backer.voters));
    backers.sort((a, b) => compareNumbers(purse(a) * b.worth, purse(b) * a.worth));
    for (const backer of backers) {
      if (cost * backer.worth <= purse(backer) * worth) break;
      cost -= purse(backer) * backer.voters;
      worth -= backer.worth * backer.voters;
    }
    return new Ratio(cost, worth * this.denominator);
  }

  /** The candidates with the least rho; those that can no longer be paid for leave. */
  front() {
    this.waiting.sort((a, b) => a.bound.compare(b.bound));
    let best = [];
    for (const candidate of this.waiting) {
      if (best.length > 0 && candidate.bound.compare(best[0].bound) > 0) break;
      const rho = this.rho(candidate);
      candidate.isOut = rho === null;
      if (candidate.isOut) continue;
      candidate.bound = rho;
      const order = best.length === 0 ? -1 : rho.compare(best[0].bound);
      if (order < 0) best = [candidate];
      else if (order === 0) best.push(candidate);
    }
    this.waiting = this.waiting.filter((candidate) => !candidate.isOut);
    return best;
  }

  buy(candidate) {
    const { n, d } = candidate.bound;
    const factor = d / gcd(d, this.denominator);
    this.denominator *= factor;
    this.purses = factor === 1n ? this.purses : this.purses.map((purse) => purse * factor);
    const price = (n * this.denominator) / d; // d divides the denominator
    let paidFull = 0n;
    for (const { group, worth, voters } of candidate.backers) {
      const due = price * worth;
      if (this.purses[group] >= due) paidFull += voters;
      this.purses[group] = this.purses[group] > due ? this.purses[group] - due : 0n;
    }
    this.waiting = this.waiting.filter((other) => other !== candidate);
    this.note(candidate.project, candidate.bound, paidFull, candidate.project.votes - paidFull);
  }

  /** Buys until nothing is in reach; `pick` chooses among several in front. */
  finish(pick) {
    for (let front = this.front(); front.length > 0; front = this.front()) {
      const tie = { step: this.steps.length, ...this.chain.arrange(front.map((candidate) => candidate.project)) };
      if (front.length > 1) this.met.push(tie);
      const project = front.length > 1 ? pick(tie) : front[0].project;
      this.buy(front.find((candidate) => candidate.project === project));
    }
    return this;
  }
}

const MOST_OTHER_WAYS = 32;

/** The next way to choose after `picks`, or null after the last one. */
function nextWay(picks, choices) {
  const next = choices.map((_, at) => picks[at] ?? 0);
  while (next.length > 0 && next.at(-1) + 1 === choices[next.length - 1]) next.pop();
  if (next.length === 0) return null;
  next[next.length - 1] += 1;
  return next;
}

/** A run that takes these picks, one after the other, wherever the chain leaves several in front; 0, the first on the
 * paper, where they end. Also says how many there were to pick from each time. */
function runWith(makeRun, picks) {
  const choices = [];
  const run = makeRun().finish(({ groups: [first] }) => {
    const pick = first.length > 1 ? (picks[choices.length] ?? 0) : 0;
    if (first.length > 1) choices.push(first.length);
    return first[pick];
  });
  return { run, choices };
}

/** The run of one endowment; null where what is funded depends on how level projects are chosen. */
function shareOnce(makeRun) {
  const places = (run) => canonical(run.funded.map((project) => project.index).sort((a, b) => a - b));
  let first = null;
  let ways = 0;
  for (let picks = []; picks !== null; ways += 1) {
    const { run, choices } = runWith(makeRun, picks);
    first ??= run;
    if (ways > MOST_OTHER_WAYS || places(run) !== places(first)) return null;
    picks = nextWay(picks, choices);
  }
  return first;
}

/** A run with its trace; each of its ties with what the last of the level ones in front would have changed. */
function writeShares(run, makeRun, add1) {
  const lastAt = (step) => (tie) => (tie.step === step ? tie.order.at(-1) : tie.order[0]);
  const ties = run.met.map((tie) => writeTie(tie, run.funded, makeRun().finish(lastAt(tie.step)).funded));
  return { funded: run.funded, steps: run.steps, missed: run.missed, ties, add1 };
}

/** The step of Add1 in minor units. */
/** The endowments of Add1: first B/n, then up by steps. */
function* endowments(share, { start, step }, exponent) {
  const stride = minorUnits(step, exponent);
  yield share;
  let e = start === "floored_share" ? stride.times(new Ratio(share.over(stride).floor())) : share;
  for (;;) {
    e = e.plus(stride);
    yield e;
  }
}

/** Whether Add1 ends with this run because nothing more can be funded. */
function isExhausted(run, election, total, stop) {
  const waits = run.places.filter((project) => project.votes > 0n && !run.funded.includes(project));
  return !waits.some((project) => stop === "first_overspend" || project.cost <= election.budget - total);
}

const MOST_RUNS = 100_000;
const MOST_STEPS = 20_000;
const MANY_BALLOTS = 1000;

/** A step that is far too small for the currency is refused: nobody would wait for the count. */
function refuseSmallStep(election, share, { step }) {
  const steps = share.over(minorUnits(step, election.exponent)).compare(new Ratio(BigInt(MOST_STEPS)));
  demand(steps <= 0 || election.groups.length < MANY_BALLOTS, "the step of Add1 is too small to be counted");
}

/** Add1: the endowment of the run that counts, and all runs; null where one is undecided. */
function findEndowment(election, runAt, share, completion) {
  refuseSmallStep(election, share, completion);
  const add1 = [];
  let before = null;
  for (const e of endowments(share, completion, election.exponent)) {
    demand(add1.length < MOST_RUNS, `Add1 has not ended after ${MOST_RUNS} runs`);
    const run = runAt(e);
    if (run === null) return null;
    const total = bigSum(run.funded.map((project) => project.cost));
    add1.push({ endowment: e.toString(), total: Number(total) });
    if (total > election.budget) return { endowment: before, add1 };
    if (isExhausted(run, election, total, completion.stop)) return { endowment: e, add1 };
    before = e;
  }
}

/** What equal shares does; null where it is undecided. */
function countShares(election, places, { rule }, chain) {
  const { completion, satisfaction } = rule;
  const share = election.voters === 0n ? new Ratio(0n) : new Ratio(election.budget, election.voters);
  const makeRun = (e) => () => new SharesRun(election, places, satisfaction, chain, e);
  const runAt = (e) => shareOnce(makeRun(e));
  const isRaised = isSet(completion.name) && election.voters > 0n;
  const found = isRaised ? findEndowment(election, runAt, share, completion) : { endowment: share, add1: [] };
  const run = found && runAt(found.endowment);
  return run && writeShares(run, makeRun(found.endowment), found.add1);
}

const isCountedHere = ({ rule, exclusive, ceilings, floors, part_offers: partOffers }) =>
  [exclusive, ceilings, floors, partOffers, rule.completion.compare].every((choice) => !isSet(choice)) &&
  (rule.name === "greedy" || (rule.name === "equal_shares" && ["none", "add1"].includes(rule.completion.name)));

/** Counts; null where a lot is needed and `seed` is null. */
function count(election, rulebook, seed) {
  const places = election.projects.filter((project) => reasonOut(project, election, rulebook) === null);
  const allFit = bigSum(places.map((project) => project.cost)) <= election.budget;
  const isAwarded = rulebook.auto_award === "all_fit" && allFit;
  if (isAwarded) return { by: "all_fit", funded: places, steps: [], missed: new Map(), ties: [], add1: [] };
  const rule = rulebook.rule.name === "greedy" ? countGreedy : countShares;
  const run = rule(election, places, rulebook, new TieChain(rulebook.ties, seed));
  return run && { by: "rule", ...run };
}

// ---- outcome.json -------------------------------------------------------------------------------------------------

/** What must be true of an outcome whoever counted: money, projects, hashes. */
function checkOutcomeHead(outcome, paper, rulebook, seed) {
  const same = (key, value) => demand(outcome[key] === value, `its ${key} should be ${value}`);
  const cost = bigSum(outcome.funded.map(([, amount]) => BigInt(amount)));
  same("rulebook_sha256", paper.rulebook_sha256);
  same("budget", Number(paper.budget));
  same("exponent", paper.exponent);
  same("currency", rulebook.currency);
  same("cost", Number(cost));
  demand(cost <= paper.budget, "it spends more than there is");
  same("remaining", Number(paper.budget - cost));
  same("drawn", seed ? seed.toString("hex") : "none");
  demand(outcome.pending.length === 0, "a lot is still pending");
  checkOutcomeProjects(outcome, paper, rulebook);
}

/** Every project once: funded, or unfunded in paper order. */
function checkOutcomeProjects(outcome, paper, rulebook) {
  const funded = outcome.funded.map(([id]) => id);
  distinct(funded, "funded");
  for (const [id, amount] of outcome.funded) {
    const { withdrawn, minimum, cost } = paper.byId.get(id) ?? { withdrawn: true };
    demand(!withdrawn, `it funds ${shown(id)}, which is not on the paper or has left it`);
    const least = isSet(rulebook.part_offers) ? minimum : cost;
    demand(amount >= least && amount <= cost, `${shown(id)}: gets another amount than it asks for`);
  }
  const rest = paper.projects.filter((project) => !funded.includes(project.id));
  const named = (list) => canonical(list.map(({ id, cost }) => [id, Number(cost)]));
  demand(named(rest) === named(outcome.unfunded), "its unfunded projects are not the others of the paper");
  checkBarred(outcome, paper, rulebook);
  checkRivals(outcome, paper, rulebook);
  checkCeilings(outcome, paper, rulebook);
}

/** Withdrawn projects and those above budget or cap are unfunded for that reason, and no other. */
function checkBarred(outcome, paper, rulebook) {
  const why = new Map(outcome.unfunded.map(({ id, reason, figures }) => [id, canonical({ reason, figures })]));
  for (const project of paper.projects) {
    const barred = reasonBarred(project, paper.budget, rulebook);
    const said = why.get(project.id);
    const isSaid = /"reason":"(withdrawn|over_budget|over_cap)"/.test(said);
    demand(barred ? said === canonical(barred) : !isSaid, `${shown(project.id)}: may it enter the count or not?`);
  }
}

function checkRivals(outcome, paper, { exclusive }) {
  if (!isSet(exclusive)) return;
  const funded = outcome.funded.map(([id]) => id);
  for (const id of funded) {
    const rival = paper.byId.get(id).exclusions.find((other) => funded.includes(other));
    demand(rival === undefined, `it funds ${shown(id)} and ${shown(rival)}, which exclude each other`);
  }
}

/** A project counts for a pot where this pot alone may pay for it. */
const nameIn = (project, of) => (of === "pot" ? (project.pots.length === 1 ? project.pots[0] : "") : project[of]);

function checkCeilings(outcome, paper, { ceilings }) {
  for (const { of, name, most } of isSet(ceilings) ? ceilings : []) {
    const share = most.includes("/") && Ratio.read(most).times(new Ratio(paper.budget));
    const bound = share ? share.floor() : minorUnits(most, paper.exponent).n;
    const spent = new Map();
    for (const [id, amount] of outcome.funded) {
      const under = nameIn(paper.byId.get(id), of);
      if (under === name || (name === "*" && under !== "")) spent.set(under, (spent.get(under) ?? 0n) + BigInt(amount));
    }
    for (const [under, sum] of spent) demand(sum <= bound, `it spends more on ${of} ${shown(under)} than may be`);
  }
}

/** What must be true where the ballots are public. */
function checkOutcomeVotes(outcome, election, rulebook) {
  demand(outcome.election_sha256 === election.hash, "it was counted from another election");
  demand(outcome.voters === Number(election.voters), `its voters are not the ${election.voters} ballots`);
  const byId = new Map(election.projects.map((project) => [project.id, project]));
  for (const { id, supporters, reason } of outcome.unfunded) {
    const project = byId.get(id);
    const out = reasonOut(project, election, rulebook);
    demand(supporters === Number(project.votes), `${shown(id)}: its supporters are ${project.votes}`);
    demand(out === null || out.reason === reason, `${shown(id)}: the reason should be ${out?.reason}`);
  }
  for (const [id] of outcome.funded) {
    const out = reasonOut(byId.get(id), election, rulebook);
    demand(out === null, `${shown(id)}: is funded, and should be ${out?.reason}`);
  }
}

/** Unfunded projects as the outcome writes them. */
function writeUnfunded(mine, election, rulebook) {
  const rest = election.projects.filter((project) => !mine.funded.includes(project));
  return rest.map((project) => {
    const why = reasonOut(project, election, rulebook) ??
      mine.missed.get(project.id) ?? { reason: "no_support", figures: {} };
    return { cost: Number(project.cost), id: project.id, supporters: Number(project.votes), ...why };
  });
}

/** Counting again gives the decision with its whole trace. */
function checkCount(outcome, election, rulebook, seed) {
  const undrawn = count(election, rulebook, null);
  demand(seed || undrawn, "the count needs a lot, and none was drawn");
  demand(!seed || !undrawn, "a lot was drawn, and the count needs none");
  const mine = seed ? count(election, rulebook, seed) : undrawn;
  const same = (key, value) =>
    demand(canonical(outcome[key]) === canonical(value), `recounted, its ${key} are ${shown(canonical(value))}`);
  same(
    "funded",
    mine.funded.map((project) => [project.id, Number(project.cost)]),
  );
  same("by", mine.by);
  same("add1", mine.add1);
  same("steps", mine.steps);
  same("ties", mine.ties);
  same("unfunded", writeUnfunded(mine, election, rulebook));
}

function checkOutcome(files, paper, rulebook, seed, rows) {
  const name = `${paper.folder}/outcome.json`;
  const outcome = readCanonicalFile(files, name, OUTCOME);
  const words = inFile(files, name, () => {
    checkOutcomeHead(outcome, paper, rulebook, seed);
    if (!paper.isPublic) return `paper ${paper.id}: count not public`;
    const election = makeElection(paper, rows);
    checkOutcomeVotes(outcome, election, rulebook);
    if (!isCountedHere(rulebook)) return `rule ${rulebook.rule.name} with these options: count not repeated here`;
    checkCount(outcome, election, rulebook, seed);
    return `recounted: ${outcome.funded.length} projects funded`;
  });
  return { outcome, words };
}

// ---- draw.json ----------------------------------------------------------------------------------------------------

/** The seeds of the lots, by paper. */
function readDraws(files, format, register) {
  if (!files.has("draw.json")) return new Map();
  const { close_root: closeRoot, draws } = readCanonicalFile(files, "draw.json", DRAW);
  const order = format.papers.map((paper) => paper.id);
  const places = draws.map((draw) => order.indexOf(draw.paper));
  demand(draws.length > 0, "draw.json: no lot is in it");
  demand(
    places.every((place, at) => place > (places[at - 1] ?? -1)),
    "draw.json: papers unknown, twice or out of order",
  );
  demand(closeRoot === register.closeRoot.toString("hex"), "draw.json: its close root is not that of the register");
  const seed = ({ paper, digits }) => sha256("pb-draw-1\n", register.closeRoot, `\n${paper}\n${digits}`);
  return new Map(draws.map((draw) => [draw.paper, seed(draw)]));
}

// ---- Ballots in the register --------------------------------------------------------------------------------------

const BATCH = 50;

/** Every commitment is one leaf, every leaf one commitment; withheld papers have the leaves that remain. */
function checkCommitments(register, papers, openingsOf) {
  const owner = new Map();
  for (const paper of papers.filter((one) => one.isPublic)) {
    for (const { c, t } of openingsOf.get(paper.id)) {
      demand(!owner.has(c), `${paper.folder}/openings.jsonl: ${t} opens a commitment twice`);
      owner.set(c, { place: papers.indexOf(paper), t });
    }
  }
  const logged = register.nights.flatMap((night) => night.ballots.map((ballot) => ballot.c));
  distinct(logged, "register.jsonl: ballots");
  const inLog = new Set(logged);
  for (const [c, { place, t }] of owner) {
    demand(inLog.has(c), `${papers[place].folder}/openings.jsonl: ${t} is not in the register as it stands here`);
  }
  const unopened = logged.filter((c) => !owner.has(c)).length;
  const isAllPublic = papers.every((paper) => paper.isPublic);
  demand(!isAllPublic || unopened === 0, `register.jsonl: ${unopened} ballots are not in the openings`);
  return { owner, unopened };
}

/** On a night: paper by paper, sorted by c. A ballot that is not public is given to the first withheld paper that can
 * have it, which leaves the most room for those after it. */
function checkBatchOrder(night, owner, papers) {
  let place = 0;
  let last = "";
  for (const { c } of night.ballots) {
    const isMine = (at) => (owner.has(c) ? owner.get(c).place === at : !papers[at].isPublic);
    const next = papers.findIndex((_, at) => isMine(at) && (at > place || (at === place && c > last)));
    demand(next >= 0, `register.jsonl: the ballots of the night ${night.day} are out of order`);
    place = next;
    last = c;
  }
}

/** Fewer than 50 wait: on no night but the last has a paper ballots of 1 to 49 trackers. */
function checkBatchSize(night, owner, papers) {
  const known = night.ballots.filter((ballot) => owner.has(ballot.c)).map((ballot) => owner.get(ballot.c));
  const sizes = papers.map((_, at) => new Set(known.filter((one) => one.place === at).map((one) => one.t)).size);
  sizes.push(night.ballots.length - known.length); // of withheld papers: not more trackers than ballots
  demand(
    sizes.every((size) => size === 0 || size >= BATCH),
    `register.jsonl: too few ballots joined on ${night.day}`,
  );
}

/** A version joins on the night of the version before it, or later: all that wait on a paper join together. */
function checkVersionOrder(register, papers, openingsOf) {
  const nightOf = new Map(register.nights.flatMap(({ ballots }, night) => ballots.map(({ c }) => [c, night])));
  for (const paper of papers.filter((one) => one.isPublic)) {
    const lines = openingsOf.get(paper.id);
    lines.slice(1).forEach((line, index) => {
      const before = lines[index];
      const isInOrder = before.t !== line.t || nightOf.get(before.c) <= nightOf.get(line.c);
      demand(isInOrder, `${paper.folder}/openings.jsonl: version ${line.v} of ${line.t} joined before the one before it`);
    });
  }
}

function checkNights(register, papers, owner) {
  for (const night of register.nights) checkBatchOrder(night, owner, papers);
  for (const night of register.nights.slice(0, -1)) checkBatchSize(night, owner, papers);
}

function checkRefused(register, openingsOf) {
  const known = new Set([...openingsOf.values()].flat().map((line) => line.t));
  for (const t of [...register.voids, ...register.superseded]) {
    demand(known.has(t), `register.jsonl: it refuses ${t}, which is on no paper`);
  }
}

/** What was decided about publishing each paper stands between close and first count, as in format.json. */
function checkDecisions(register, format) {
  const isAboutBallots = (decision) => ["publish", "withhold"].includes(decision.word);
  const [first, ...later] = register.counts.map((count) => count.decisions.filter(isAboutBallots));
  const expected = format.papers.map(({ decision, id, reason }) => {
    const values = { paper: id };
    return `${decision} ${sha256Hex(canonical({ kind: decision, reason, round: format.round, values }))}`;
  });
  const found = first.map((decision) => `${decision.word} ${decision.sha256}`);
  const isAsDecided = canonical(found.sort()) === canonical(expected.sort()) && later.flat().length === 0;
  demand(isAsDecided, "format.json: what was decided about publishing is not what the register says");
  return `${expected.length} in the register, as in format.json`;
}

/** What was decided since the first count stands in format.json as in the register, and projects left by it alone. */
function checkChanges(register, format, papers) {
  const changes = format.changes ?? [];
  const said = changes.map(({ kind, n, reason, values }) => {
    const sha256 = sha256Hex(canonical({ kind, reason, round: format.round, values }));
    return `${n} ${kind} ${sha256}`;
  });
  const logged = register.counts.slice(1).flatMap((count) => count.decisions);
  const found = logged.map(({ n, word, sha256 }) => `${n} ${word} ${sha256}`);
  demand(canonical(said) === canonical(found), "format.json: its changes are not what the register says");
  const ids = papers.map((paper) => paper.id);
  for (const { n, reason, values } of changes) {
    demand(reason !== "", `format.json: change ${n} has no reason`);
    demand(ids.includes(values.paper), `format.json: change ${n} is of no paper of the round`);
  }
  for (const paper of papers) checkChangedPaper(paper, changes);
  return `${changes.length} since the first count`;
}

function checkChangedPaper(paper, changes) {
  const own = changes.filter((one) => one.values.paper === paper.id);
  const left = own.filter((one) => one.kind === "withdraw").map((one) => one.values.project);
  demand(canonical(left) === canonical(paper.entry.withdrawn), `format.json: others left ${paper.id} than was decided`);
  const departure = own.filter((one) => one.kind === "depart").at(-1);
  if (departure) checkAwards(departure.values.awards, paper, left);
}

function checkAwards(awards, paper, left) {
  const where = `format.json: the decision about ${paper.id}`;
  const places = awards.map(([id]) => paper.byId.get(id)?.index ?? -1);
  demand(!places.includes(-1), `${where} names an unknown project`);
  demand(
    places.every((place, at) => at === 0 || places[at - 1] < place),
    `${where} is not in the order of the paper, each project once`,
  );
  demand(!awards.some(([id]) => left.includes(id)), `${where} pays for a project that was withdrawn`);
  demand(
    awards.every(([id, amount]) => amount > 0 && BigInt(amount) <= paper.byId.get(id).cost),
    `${where} pays nothing for a project, or more than it costs`,
  );
  demand(bigSum(awards.map(([, amount]) => BigInt(amount))) <= paper.budget, `${where} pays more than there is`);
}

function checkBallotLeaves(register, papers, openingsOf) {
  const { owner, unopened } = checkCommitments(register, papers, openingsOf);
  checkVersionOrder(register, papers, openingsOf);
  checkNights(register, papers, owner);
  if (unopened === 0) checkRefused(register, openingsOf);
  return { unopened, words: `${owner.size} opened, each one leaf; ${unopened} of withheld papers` };
}

// ---- ledger.json --------------------------------------------------------------------------------------------------

const SMALL = 5;

function checkCells(cells) {
  const names = cells.flatMap(([words]) => words);
  demand(
    cells.every(([words]) => words.length > 0),
    "a cell names nothing",
  );
  distinct(names, "its cells");
  demand(cells.length < 2 || cells.every(([, n]) => n >= SMALL), "a cell is under 5");
}

const total = (cells) => sum(cells.map(([, n]) => n));
const hasPaperChannel = (line) => line.received.some(([channels]) => channels.includes("paper"));

/** What one line of the ledger says must fit itself, the outcome and the close. */
function checkLedgerLine(line, { rulebook, outcome, marked }) {
  const { counted, superseded, refused, spoilt, blank } = line;
  checkCells(line.received);
  checkCells(line.by_area);
  demand(total(line.received) === counted + superseded + refused + spoilt + blank, "it does not balance");
  demand(counted === outcome.voters, "counted are not the voters of the outcome");
  demand(line.marked === marked, "marked is not the number in the register's close");
  demand(line.marked <= line.roll, "more used the paper than may");
  demand(total(line.by_area) === line.marked, "the areas do not add up to marked");
  const most = rulebook.ballot.ballots_per_voter * line.marked;
  demand(counted + blank <= most, "more ballots than the voters marked may have");
  demand(line.marked <= counted + blank + spoilt, "somebody is marked without a ballot");
  demand(spoilt === 0 || hasPaperChannel(line), "spoilt sheets where none came");
}

/** Where the openings are public, they say what became of each version. */
function checkLedgerOpenings(line, openings, voids) {
  const opened = openings.filter((one) => one.ballot);
  const closed = openings.filter((one) => !one.ballot);
  const blank = opened.filter((one) => one.ballot.kind === "blank").length;
  const voided = closed.filter((one) => voids.has(one.t)).length;
  demand(line.counted === opened.length - blank, "counted are not the opened ballots");
  demand(line.blank === blank, "blank are not the opened ballots without marks");
  demand(line.superseded === closed.length - voided, "superseded are not the older versions");
  const fits = hasPaperChannel(line) ? line.refused >= voided : line.refused === voided;
  demand(fits, "refused are not the versions of voided trackers");
}

/** The leaves that nothing opens belong to the papers that are withheld. */
function checkUnopened(lines, unopened) {
  const most = sum(lines.map((line) => line.counted + line.blank + line.superseded + line.refused));
  const least = most - sum(lines.filter(hasPaperChannel).map((line) => line.refused)); // sheets set aside have no leaf
  const words = `register.jsonl: ${unopened} ballots are not public, and the ledger has ${least} to ${most}`;
  demand(least <= unopened && unopened <= most, words);
}

function checkLedger(files, context) {
  const { format, register, papers, rulebooks, outcomes, openingsOf, unopened } = context;
  const ledger = readCanonicalFile(files, "ledger.json", LEDGER);
  const withheld = ledger.papers.filter((_, at) => papers[at] && !papers[at].isPublic).map(([, line]) => line);
  checkUnopened(withheld, unopened);
  return inFile(files, "ledger.json", () => {
    const ids = canonical(format.papers.map((paper) => paper.id));
    demand(canonical(ledger.papers.map(([id]) => id)) === ids, "its papers are not those of format.json");
    demand(canonical(register.marked.map(([id]) => id)) === ids, "the papers of the register's close are others");
    ledger.papers.forEach(([id, line], at) => {
      const [rulebook, outcome, marked] = [rulebooks.get(id), outcomes.get(id), register.marked[at][2]];
      about(id, () => checkLedgerLine(line, { rulebook, outcome, marked }));
      if (papers[at].isPublic) about(id, () => checkLedgerOpenings(line, openingsOf.get(id), register.voids));
    });
    return `${sum(ledger.papers.map(([, line]) => line.counted))} ballots counted, balanced`;
  });
}

// ---- All checks, one after the other ------------------------------------------------------------------------------

/** Runs checks and prints what came of each. A check whose needs are undefined, because the one that should have made
 * them found a fault, is not made. */
class Report {
  holds = true;

  check(title, needs, work) {
    if (needs.includes(undefined)) return this.line("----", title, "not checked, because of a fault above");
    try {
      const result = work(...needs);
      this.line("ok", title, typeof result === "string" ? result : (result?.words ?? ""));
      return result;
    } catch (fault) {
      if (fault instanceof NoRecord) throw fault;
      this.line(
        "FAIL",
        title,
        fault instanceof Fault ? fault.message : `could not be checked: ${shown(fault.message)}`,
      );
      this.holds = false;
      return undefined;
    }
  }

  line(mark, title, words) {
    stdout.write(`  ${mark.padEnd(4)}  ${title}${words ? `: ${words}` : ""}\n`);
    return undefined;
  }
}

function checkPaper(report, files, context, paper) {
  const { format, frozen, register, seeds } = context;
  const title = (what) => `paper ${paper.id}: ${what}`;
  const rulebook = report.check(title("rulebook"), [], () => readRulebook(files, paper));
  const isCast = format.kind === "cast";
  let openings = [];
  let rows = [];
  if (paper.isPublic && isCast) {
    openings = report.check(title("openings"), [rulebook], () => readOpenings(files, paper, rulebook, register));
  }
  if (paper.isPublic) {
    rows = report.check(title("ballots"), [rulebook, openings], () =>
      readRows(files, format, frozen, paper, rulebook, openings),
    );
  }
  const seed = seeds.get(paper.id) ?? null;
  const counted = report.check(title("outcome"), [rulebook, rows], () =>
    checkOutcome(files, paper, rulebook, seed, rows),
  );
  return { rulebook, openings, outcome: counted?.outcome };
}

/** By paper, or undefined where a paper has none: then a fault was found in it. */
function byPaper(papers, results, key) {
  if (results.some((result) => result[key] === undefined)) return undefined;
  return new Map(papers.map((paper, at) => [paper.id, results[at][key]]));
}

function checkWhole(report, files, context, results) {
  const { format, register, papers } = context;
  if (format.kind === "imported") {
    report.check(
      "source and repairs",
      [],
      () => readCanonicalFile(files, "issues.json", ISSUES) && "as the import wrote them",
    );
    return;
  }
  const [openingsOf, rulebooks, outcomes] = ["openings", "rulebook", "outcome"].map((key) =>
    byPaper(papers, results, key),
  );
  report.check("decisions about publishing", [], () => checkDecisions(register, format));
  report.check("decisions since the first count", [], () => checkChanges(register, format, papers));
  const leaves = report.check("ballots in the register", [openingsOf], () =>
    checkBallotLeaves(register, papers, openingsOf),
  );
  report.check("ledger", [leaves, rulebooks, outcomes], () =>
    checkLedger(files, { ...context, rulebooks, outcomes, openingsOf, unopened: leaves.unopened }),
  );
}

function checkSigner(format, signer) {
  const mine = fingerprint(Buffer.from(format.key, "base64"));
  const grouped = mine.replace(/.{4}(?=.)/g, "$& ");
  if (!signer) return `${grouped}: compare with your letter`;
  demand(signer.replace(/[\s:-]/g, "").toLowerCase() === mine, `the key is ${grouped}, not the one you gave`);
  return `${grouped}, as you gave it`;
}

function verifyRecord(report, folder, { signer, since }) {
  const files = report.check("files", [], () => readFiles(folder));
  const format = report.check("format.json", [files], readFormat);
  report.check("signed by", [format], () => checkSigner(format, signer));
  const register = report.check("register", [files, format], readRegister);
  report.check("checkpoint", [files, format], checkCheckpoint);
  report.check("files are those that were counted", [files, format, register], checkHashes);
  report.check("files are those of this record", [format, files], checkFileSet);
  if (since) report.check("since", [format, register], () => checkSince(since, format, register));
  const frozen = report.check("frozen.json", [files, format], readFrozen);
  report.check("opening", [files, format, register], checkOpening);
  const seeds = report.check("lots", [files, format, register], readDraws);
  const papers = report.check("papers", [frozen, format], () =>
    frozen.papers.map((paper, at) => joinPaper(paper, format.papers[at], format.round)),
  );
  if ([register, frozen, seeds, papers].includes(undefined)) return;
  const context = { format, frozen, register, seeds, papers };
  const results = papers.map((paper) => checkPaper(report, files, context, paper));
  checkWhole(report, files, context, results);
}

// ---- The command --------------------------------------------------------------------------------------------------

const USAGE = "usage: node verify.mjs RECORD-FOLDER [--signer FINGERPRINT] [--since CHECKPOINT-FILE]";

function readArguments(words) {
  const found = { folder: null, signer: null, since: null };
  for (let at = 0; at < words.length; at += 1) {
    const option = { "--signer": "signer", "--since": "since" }[words[at]];
    if (option && words[at + 1] !== undefined) found[option] = words[(at += 1)];
    else if (!words[at].startsWith("-") && found.folder === null) found.folder = words[at];
    else throw new NoRecord(USAGE);
  }
  if (found.folder === null) throw new NoRecord(USAGE);
  for (const path of [found.folder, found.since]) {
    if (path !== null && !existsSync(path)) throw new NoRecord(`${shown(path)}: there is no such file or folder`);
  }
  if (!statSync(found.folder).isDirectory())
    throw new NoRecord(`${shown(found.folder)} is no folder: unpack the zip first`);
  return found;
}

function main(words) {
  const report = new Report();
  try {
    const { folder, ...options } = readArguments(words);
    verifyRecord(report, folder, options);
  } catch (problem) {
    stdout.write(`${shown(problem.message)}\n`);
    return problem instanceof NoRecord ? 2 : 1;
  }
  stdout.write(report.holds ? "The record holds.\n" : "The record does not hold.\n");
  return report.holds ? 0 : 1;
}

stdout.on("error", () => {}); // whoever reads along may stop early
process.exitCode = main(process.argv.slice(2));
