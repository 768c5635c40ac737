/* Live totals on a ballot paper, and marks that outlive a lost connection. The page works the same without this file.

   The marks stay in this tab (sessionStorage) until the vote is cast, under a name that is this voter's alone. */
const ballot = document.querySelector(".cp-ballot[data-kind]");
const SAY_AFTER = 700; // milliseconds: a screen reader hears the total once, not at every key

const pounds = (pence) => "£" + (pence / 100).toLocaleString("en-GB", pence % 100 ? {minimumFractionDigits: 2} : {});
const counted = (number) => `${number} ${number === 1 ? ballot.dataset.one : ballot.dataset.many}`;
const limit = (name) => (name in ballot.dataset ? Number(ballot.dataset[name]) : Infinity);
const isNumber = (box) => box.type === "text";
const isMarked = (box) => (isNumber(box) ? box.value.trim() !== "" && box.value.trim() !== "0" : box.checked);
const value = (box) => Number.parseInt(box.value, 10) || 0;

function start() {
  const boxes = [...ballot.querySelectorAll(".cp-tick, .cp-number")];
  const lines = new Map([...ballot.querySelectorAll(".cp-picks ol li")].map((line) => [line.dataset.p, line]));
  const said = document.querySelector("[data-say]");
  const idOf = (box) => (isNumber(box) ? box.name.slice(ballot.dataset.name.length + 1) : box.value);
  const nameOf = (box) => lines.get(idOf(box)).firstElementChild.textContent;
  const toggles = new Map(); // a ranking's box and its button
  let timer = 0;

  const totals = {
    points(marked) {
      const given = marked.reduce((sum, box) => sum + value(box), 0);
      const total = limit("total");
      const words = total === Infinity ? `${counted(given)} given` : `${given} of ${counted(total)} given`;
      return {words, overspent: given - total, excess: marked.length - limit("most"), dear: String};
    },
    budget(marked) {
      const spent = marked.reduce((sum, box) => sum + Number(box.dataset.cost), 0);
      const left = limit("budget") - spent;
      const words = left < 0 ? `${pounds(-left)} too much` : `${pounds(left)} left of ${pounds(limit("budget"))}`;
      return {words, overspent: -left, excess: marked.length - limit("most"), dear: pounds};
    },
    ranking: (marked) => counts(marked, "in order", 0),
    approval: (marked) => counts(marked, "picked", marked.some((box) => "bonus" in box.dataset) ? 1 : 0),
  };

  function counts(marked, what, more) {
    const most = limit("most");
    const isOwn = what === "picked" && "one" in ballot.dataset;
    const unit = (number) => (isOwn ? counted(number) : number);
    const end = isOwn ? "given" : what;
    const words = most === Infinity ? `${unit(marked.length)} ${end}` : `${marked.length} of ${unit(most + more)} ${end}`;
    return {words, overspent: 0, excess: marked.length - most - more, dear: String};
  }

  function show(isSpoken) {
    const marked = boxes.filter(isMarked);
    const total = totals[ballot.dataset.kind](marked);
    write("[data-total]", total.words);
    write("[data-excess]", total.excess);
    write("[data-overspent]", total.dear(total.overspent));
    ballot.classList.toggle("cp-too-many", total.excess > 0);
    ballot.classList.toggle("cp-too-much", total.overspent > 0);
    list(marked);
    for (const box of toggles.keys()) nameToggle(box);
    if (!isSpoken) return;
    clearTimeout(timer);
    timer = setTimeout(() => (said.textContent = [total.words, ...warnings()].join(". ")), SAY_AFTER);
  }

  function write(where, text) {
    for (const place of ballot.querySelectorAll(where)) place.textContent = text;
  }

  function warnings() {
    const shown = [...ballot.querySelectorAll(".cp-picks .cp-over, .cp-picks .cp-overspent")];
    return shown.filter((one) => getComputedStyle(one).display !== "none").map((one) => one.textContent);
  }

  function list(marked) {
    const shown = ballot.dataset.kind === "ranking" ? [...marked].sort((a, b) => value(a) - value(b)) : marked;
    for (const line of lines.values()) line.classList.remove("cp-in");
    for (const box of shown) {
      const line = lines.get(idOf(box));
      line.classList.add("cp-in");
      if (isNumber(box)) number(line, box);
      if (ballot.dataset.kind === "ranking") line.parentElement.append(line);
    }
  }

  function number(line, box) {
    const mark = line.querySelector("b") || line.appendChild(document.createElement("b"));
    mark.textContent = box.value.trim();
    line.append(...line.querySelectorAll(".cp-steps-of"));
  }

  function fill(box, text) {
    box.value = text;
    box.dispatchEvent(new Event("input", {bubbles: true}));
  }

  function buttons(box, made) {
    const row = document.createElement("div");
    row.className = "cp-steps-of";
    for (const [face, words, act] of made) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = face;
      button.setAttribute("aria-label", `${words} ${nameOf(box)}`);
      button.addEventListener("click", act);
      row.append(button);
    }
    return row;
  }

  function addPointButtons(box) {
    const low = limit("low");
    const fewer = () => fill(box, value(box) > low ? String(value(box) - 1) : "");
    const more = () => fill(box, String(Math.min(Math.max(value(box) + 1, low), limit("high"))));
    box.nextElementSibling.append(
      buttons(box, [["−", `One ${ballot.dataset.one} fewer for`, fewer], ["+", `One ${ballot.dataset.one} more for`, more]]));
  }

  const ranked = () => boxes.filter(isMarked).sort((a, b) => value(a) - value(b));
  const renumber = (order) => order.forEach((box, place) => (box.value = String(place + 1)));

  function move(box, by) {
    const order = ranked();
    const from = order.indexOf(box);
    const to = Math.min(Math.max(from + by, 0), order.length - 1);
    order.splice(to, 0, ...order.splice(from, 1));
    renumber(order);
    fill(box, box.value);
  }

  function addRankButtons(box) {
    const toggle = () => {
      renumber(ranked());
      fill(box, isMarked(box) ? "" : String(ranked().length + 1));
      renumber(ranked());
      show(true);
      save();
    };
    const row = buttons(box, [["", "", toggle]]);
    toggles.set(box, row.firstElementChild);
    box.nextElementSibling.append(row);
    const inList = buttons(box, [["Up", "Move up", () => move(box, -1)], ["Down", "Move down", () => move(box, 1)]]);
    inList.addEventListener("click", (event) => event.target.focus());
    lines.get(idOf(box)).append(inList);
  }

  function nameToggle(box) {
    const face = isMarked(box) ? "Take out" : "Put next";
    toggles.get(box).textContent = face;
    toggles.get(box).setAttribute("aria-label", `${face}: ${nameOf(box)}`);
  }

  const key = "marks " + ballot.dataset.keep;

  function save() {
    if (!ballot.dataset.keep) return; // somebody we do not know, on a computer that the next one may use; and practice
    const marks = boxes.filter(isMarked).map((box) => [idOf(box), isNumber(box) ? box.value : ""]);
    sessionStorage.setItem(key, JSON.stringify(marks));
  }

  function restore() {
    const text = "fresh" in ballot.dataset && ballot.dataset.keep ? sessionStorage.getItem(key) : null;
    if (text === null) return;
    const marks = new Map(JSON.parse(text));
    for (const box of boxes) {
      if (isNumber(box)) box.value = marks.get(idOf(box)) || "";
      else box.checked = marks.has(idOf(box));
    }
    document.querySelector("[data-kept]").hidden = marks.size === 0;
  }

  restore();
  for (const box of boxes) {
    if (ballot.dataset.kind === "points") addPointButtons(box);
    if (ballot.dataset.kind === "ranking") addRankButtons(box);
  }
  ballot.classList.add("cp-on");
  ballot.addEventListener("input", (event) => boxes.includes(event.target) && (show(true), save()));
  addEventListener("pageshow", () => show(false));
  show(false);
  if (!("fresh" in ballot.dataset)) save();
}

const forget = () => sessionStorage.clear();

/* On the check page, when somebody comes back to it: whether the vote there has been cast. The key is a random one. */
function note(said) {
  const key = document.querySelector("main [name=key]");
  key.form.addEventListener("submit", () => sessionStorage.setItem("casting", key.value));
  addEventListener("pageshow", () => (said.hidden = sessionStorage.getItem("cast") !== key.value));
}

function isIn() {
  const key = sessionStorage.getItem("casting");
  forget();
  if (key !== null) sessionStorage.setItem("cast", key);
}

if (ballot) start();
const said = document.querySelector("[data-cast]");
if (said) note(said);
if (document.querySelector("[data-is-in]")) isIn();
if (document.querySelector("[data-forget]")) forget();
for (const form of document.querySelectorAll("form[data-forget-after]")) form.addEventListener("submit", forget);
