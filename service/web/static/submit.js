// One click: press the button by itself in a browser where the person has pressed one before.
// A page that is only being prerendered waits until somebody really looks at it.
function press() {
  document.getElementById("done").requestSubmit();
}
function whenSeen() {
  if (document.visibilityState === "visible") press();
  else document.addEventListener("visibilitychange", whenSeen, { once: true });
}
if (document.prerendering) document.addEventListener("prerenderingchange", whenSeen, { once: true });
else whenSeen();
