// Fill in the browser's time zone, unless the person has chosen one already.
const field = document.getElementById("timezone");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (field && field.value === "UTC" && [...field.options].some((option) => option.value === zone)) {
  field.value = zone;
}
