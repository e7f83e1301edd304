// Passkeys with what browsers bring themselves; works on a page as on the panel of a locked one.

const ask = {
  create: (options) => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

async function optionsFor(button) {
  const { from } = button.dataset;
  const data = from
    ? await (await fetch(from, { headers: { accept: "application/json" } })).json()
    : JSON.parse(document.querySelector("#js_data").textContent);
  const options = (data.request_options ?? data.creation_options).publicKey;
  // kept on the device where it has room, so that it opens without a name and a password too
  if (options.authenticatorSelection) options.authenticatorSelection.residentKey = "preferred";
  return options;
}

function tell(button, words) {
  const told = document.createElement("p");
  told.className = "notice warning";
  told.setAttribute("role", "alert");
  told.textContent = words;
  document.querySelector("[role=alert][data-passkey-says]")?.remove();
  told.dataset.passkeySays = "";
  button.closest(".actions").before(told);
}

const reason = (fault) => ({
  InvalidStateError: "This device has a passkey for you already.",
  NotAllowedError: "Nothing came from the passkey: it was cancelled, took too long, or this device has none for you. Try again, or use another way.",
  SecurityError: "A passkey wants the address it was made at, over HTTPS or at localhost.",
}[fault.name] ?? "The passkey could not be used. Try again, or use another way.");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-passkey]");
  if (!button) return;
  event.preventDefault();
  if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    tell(button, "This browser cannot use passkeys here. Use another way, or a newer browser at an https address.");
    return;
  }
  try {
    const credential = await ask[button.dataset.passkey](await optionsFor(button));
    button.form.elements.credential.value = JSON.stringify(credential.toJSON());
    button.form.requestSubmit();
  } catch (fault) {
    tell(button, reason(fault));
  }
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
document.querySelector("form[data-sends-itself]")?.requestSubmit();
