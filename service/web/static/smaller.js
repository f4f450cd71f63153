// Offer a tiny step while the form is filled in; without this, the form asks after it is sent.
const step = document.getElementById("step");
const offer = document.getElementById("smaller");
const take = offer?.querySelector("button");
async function look() {
  const easing = document.querySelector('input[name="direction"]:checked')?.value === "less";
  const words = step.value.trim();
  offer.hidden = true;
  if (easing || !words) return;
  const answer = await fetch(`${offer.dataset.from}?step=${encodeURIComponent(words)}`);
  if (!answer.ok || words !== step.value.trim()) return;
  const { smaller } = await answer.json();
  take.textContent = smaller ?? "";
  offer.hidden = !smaller;
}
if (step && offer && take) {
  step.addEventListener("change", look);
  for (const choice of document.querySelectorAll('input[name="direction"]')) choice.addEventListener("change", look);
  take.addEventListener("click", () => {
    step.value = take.textContent;
    offer.hidden = true;
    step.focus();
  });
}
