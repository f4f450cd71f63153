// This page answered a press of the button. Make it a page to be opened: going back to it, or loading it
// again, then asks nobody whether to send the form once more.
history.replaceState(null, "", location.href);
