// "Check my receipt": the browser fetches one of 32 files, by the first character of the tracker, and searches in it.
// No cookie and no query is sent: which tracker somebody looks for stays on their own computer.

const finder = document.getElementById("cp-finder");
const box = document.getElementById("cp-tracker");
const answer = document.getElementById("cp-answer");

// No form: without this script a form would send the tracker to the server.
finder.hidden = false;
document.getElementById("cp-look").addEventListener("click", start);
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter") start();
});

function start() {
  look(box.value.toUpperCase().replace(/[^A-Z0-9]/g, ""));
}

async function look(tracker) {
  if (!/^[A-Z2-7]{16}$/.test(tracker)) {
    say([`A tracker has 16 letters and numbers from 2 to 7. This one has ${tracker.length}. Look at your receipt again.`]);
    return;
  }
  say(["Looking …"]);
  try {
    const reply = await fetch(`${finder.dataset.files}/${tracker[0]}.json`, { credentials: "omit" });
    const papers = reply.ok ? (await reply.json()).papers : [];
    say(papers.flatMap((paper) => paper.votes.filter((vote) => vote.t === tracker).map((vote) => words(paper, vote))));
  } catch {
    say(["The list could not be fetched. Try again, or look in the list below."]);
  }
}

function words(paper, vote) {
  const picks = vote.picks.length ? vote.picks.join("; ") : "no picks: the vote was taken back";
  return `${paper.title}: version ${vote.v}. ${picks}. Its seal is entry ${vote.place} of the register, and begins with ${vote.c.slice(0, 8)}.`;
}

function say(lines) {
  const told = lines.length ? lines : [
    "This tracker is not in the list. Check each letter. If it is right, keep your receipt and tell the auditor and us.",
  ];
  answer.replaceChildren(...told.map((line) => Object.assign(document.createElement("p"), { className: "govuk-body", textContent: line })));
}
