"use strict";

const KINDS = {
  verify: {
    path: "/api/v1/auth/email/verify",
    title: "Confirm your e-mail address",
    words: "Press the button to confirm that this address is yours.",
    button: "Confirm",
  },
  stop: {
    path: "/api/v1/auth/email/stop",
    title: "Stop the change of your e-mail address",
    words: "Press the button, and your account keeps the address that it has.",
    button: "Stop the change",
  },
  reset: {
    path: "/api/v1/auth/password/reset",
    title: "Choose a new password",
    words: "You will be logged out everywhere.",
    button: "Set the password",
  },
};

const OUTCOMES = {
  verified: "Your address is confirmed.",
  confirmed: "Confirmed. The other address has to confirm, too.",
  changed: "Your account has its new address.",
};

const part = (id) => document.getElementById(id);
const [verb, token] = location.hash.slice(1).split("=", 2);
const kind = Object.hasOwn(KINDS, verb) && token ? KINDS[verb] : null;

async function follow(event) {
  event.preventDefault();
  part("button").disabled = true;
  const body = verb === "reset" ? { token, password: part("password").value } : { token };
  try {
    const response = await fetch(kind.path, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = response.status === 204 ? {} : await response.json();
    if (response.ok) {
      part("form").hidden = true;
      part("words").hidden = true;
      part("outcome").textContent = OUTCOMES[answer.state] || "Done.";
    } else {
      const wrong = answer.errors && answer.errors[0];
      part("outcome").textContent = wrong ? wrong.message : answer.detail;
      part("button").disabled = false;
    }
  } catch {
    part("outcome").textContent = "The server did not answer. Please try again.";
    part("button").disabled = false;
  }
}

if (kind) {
  // The token need not stay in the address bar, where others may read it.
  history.replaceState(null, "", location.pathname);
  part("title").textContent = kind.title;
  part("words").textContent = kind.words;
  part("button").textContent = kind.button;
  part("chosen").hidden = verb !== "reset";
  part("password").required = verb === "reset";
  part("form").hidden = false;
  part("form").addEventListener("submit", follow);
} else {
  part("title").textContent = "This link is not complete";
  part("words").textContent = "Copy the whole link from your letter into the address bar.";
}
