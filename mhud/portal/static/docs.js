// The page /docs: Swagger UI over this daemon's own document, and who one is signed in as.
"use strict";

const ME = "/helpline/api/users/me";

function show() {
  window.SwaggerUIBundle({
    url: "/docs/openapi.json",
    dom_id: "#operations",
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    operationsSorter: "alpha",
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: true,
    persistAuthorization: false, // a key is nothing for a browser's storage
    validatorUrl: null, // asks nobody on the internet
  });
}

async function tellWhoAsks() {
  const answer = await fetch(ME);
  if (!answer.ok) return;
  const { data } = await answer.json();
  document.querySelector("#who").textContent = `Signed in as ${data.username} (${data.role}).`;
  document.querySelector("#sign-in")?.remove();
}

async function signIn(event) {
  event.preventDefault();
  const answer = await fetch("/docs/sign-in", { method: "POST" });
  if (answer.ok) await tellWhoAsks();
  else document.querySelector("#who").textContent = `Signing in failed (${answer.status}).`;
}

document.querySelector("#sign-in")?.addEventListener("submit", signIn);
tellWhoAsks();
show();
