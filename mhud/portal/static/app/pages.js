/**
 * All pages, in the order of the navigation. A page is a line here, a module, and its texts.
 * @type {import("./router.js").Page[]}
 */
export const PAGES = [
  {
    path: "/account", name: "account", rights: [], messages: ["account"],
    load: () => import("../pages/account/account.js"),
  },
];
