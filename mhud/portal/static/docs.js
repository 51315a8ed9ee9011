// The page /docs: Swagger UI over this daemon's own document, and who one is signed in as.
"use strict";

const ME = "/helpline/api/users/me";
const TAGS = "a, blockquote, br, code, div, em, h1, h2, h3, li, ol, p, pre, span, strong, ul";

// Where the browser demands trusted types (the page's policy says so), what Swagger UI makes of
// Markdown passes here: plain formatting and links to the web, whatever it was before.
function guard() {
  if (!window.trustedTypes) return;
  const inert = window.trustedTypes.createPolicy("inert", { createHTML: (html) => html });
  const clean = (html) => {
    const { body } = new DOMParser().parseFromString(inert.createHTML(html), "text/html");
    for (const element of body.querySelectorAll("*")) {
      if (!element.matches(TAGS)) element.remove();
      for (const name of element.getAttributeNames()) {
        if (name !== "href" || !/^https?:/.test(element.getAttribute(name)))
          element.removeAttribute(name);
      }
    }
    return body.innerHTML;
  };
  window.trustedTypes.createPolicy("default", { createHTML: clean });
}

function show() {
  window.SwaggerUIBundle({
    url: "/docs/openapi.json",
    dom_id: "#operations",
    deepLinking: true,
    docExpansion: "none", // a hundred operations at once take it a minute
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
guard();
show();
tellWhoAsks();
