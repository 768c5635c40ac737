/* A voting tablet that nobody touches asks whether somebody is there, waits a minute, and then clears the page. */
const dialog = document.querySelector("dialog[data-tablet]");
const IDLE = Number(dialog.dataset.idle) * 1000;
const WAIT = 60;
let idle = 0;
let ticking = 0;

function rest() {
  clearTimeout(idle);
  idle = setTimeout(ask, IDLE);
}

function ask() {
  let left = WAIT;
  const shown = dialog.querySelector("[data-seconds]");
  shown.textContent = left;
  dialog.showModal();
  ticking = setInterval(() => {
    left -= 1;
    shown.textContent = left;
    if (left <= 0) location.replace(dialog.dataset.tablet);
  }, 1000);
}

function stay() {
  clearInterval(ticking);
  rest();
}

dialog.querySelector("[data-stay]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", stay);
for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
  addEventListener(kind, () => dialog.open || rest(), {capture: true, passive: true});
}
addEventListener("pageshow", (event) => event.persisted && location.reload());
rest();
