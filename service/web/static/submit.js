// One click: press the button by itself in a browser where the person has pressed one before.
// A page that is only being prerendered waits until somebody really looks at it.
function press() {
  document.getElementById("done").requestSubmit();
}
function whenSeen() {
  if (document.visibilityState === "visible") press();
  else document.addEventListener("visibilitychange", whenSeen, { once: true });
}
// Going back to this page, say after an undo, is no click on the link in the mail.
const arrived = performance.getEntriesByType("navigation")[0]?.type;
if (arrived !== "navigate") {
  // The button waits for a person.
} else if (document.prerendering) document.addEventListener("prerenderingchange", whenSeen, { once: true });
else whenSeen();
