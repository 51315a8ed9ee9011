import { READERS } from "../pages/cases/case_rights.js";

/**
 * All pages, in the order of the navigation. A page is a line here, a module, and its texts.
 * @type {import("./router.js").Page[]}
 */
export const PAGES = [
  {
    path: "/account", name: "account", rights: [], messages: ["account"],
    load: () => import("../pages/account/account.js"),
  },
  {
    path: "/welcome/:token", name: "welcome", open: true, rights: [], messages: ["welcome", "account"],
    load: () => import("../pages/welcome/welcome.js"),
  },
  // The desk: an agent's first page
  {
    path: "/panel", name: "panel", group: "work", icon: "panel", rights: ["receive_calls"], phone: true, messages: ["panel", "phone"],
    load: () => import("../pages/panel/panel.js"),
  },
  // Cases
  {
    path: "/cases", name: "cases", group: "work", icon: "case", rights: READERS, messages: ["cases"],
    load: () => import("../pages/cases/cases.js"),
  },
  {
    path: "/cases/new", name: "case", rights: ["create_case"], messages: ["cases"],
    load: () => import("../pages/cases/new_case.js"),
  },
  {
    path: "/cases/:id", name: "case", rights: READERS, messages: ["cases"],
    load: () => import("../pages/cases/case_page.js"),
  },
  {
    path: "/clients", name: "clients", group: "work", icon: "people", rights: ["view_clients"], messages: ["clients", "cases"],
    load: () => import("../pages/clients/clients.js"),
  },
  {
    path: "/clients/:id", name: "clients", rights: ["view_clients"], messages: ["clients", "cases"],
    load: () => import("../pages/clients/client.js"),
  },
  {
    path: "/statistics", name: "statistics", group: "watch", icon: "chart", rights: ["view_analytics"], messages: ["statistics", "cases"],
    load: () => import("../pages/statistics/statistics.js"),
  },
  {
    path: "/reports", name: "reports", group: "watch", icon: "report", rights: ["view_reports"], messages: ["reports", "cases"],
    load: () => import("../pages/reports/reports.js"),
  },
  {
    path: "/reports/new", name: "reports", rights: ["create_reports"], messages: ["reports", "cases"],
    load: () => import("../pages/reports/new_report.js"),
  },
  {
    path: "/reports/:id", name: "reports", rights: ["view_reports"], messages: ["reports", "cases"],
    load: () => import("../pages/reports/report.js"),
  },
  // What happens now
  {
    path: "/wallboard", name: "wallboard", group: "watch", icon: "board", rights: ["view_queues"], messages: ["board"],
    load: () => import("../pages/board/wallboard.js"),
  },
  {
    path: "/wallboard/tv", name: "tv", bare: true, rights: ["view_queues"], messages: ["board"],
    load: () => import("../pages/board/tv.js"),
  },
  {
    path: "/supervisor", name: "supervisor", group: "watch", icon: "ear", rights: ["manage_agents", "monitor_calls"],
    messages: ["supervisor", "board", "phone"], load: () => import("../pages/supervisor/supervisor.js"),
  },
  // Integrations and administration
  {
    path: "/users", name: "users", group: "manage", icon: "people", rights: ["view_users"], messages: ["admin", "users"],
    load: () => import("../pages/admin/users.js"),
  },
  {
    path: "/users/new", name: "users", rights: ["manage_users"], messages: ["admin", "users"],
    load: () => import("../pages/admin/user_new.js"),
  },
  {
    path: "/users/:id", name: "users", rights: ["view_users"], messages: ["admin", "users"],
    load: () => import("../pages/admin/user.js"),
  },
  {
    path: "/lockouts", name: "lockouts", group: "manage", icon: "shield", rights: ["manage_users"], messages: ["admin", "lockouts"],
    load: () => import("../pages/admin/lockouts.js"),
  },
  {
    path: "/agents", name: "agents", group: "manage", icon: "call", rights: ["view_users"], messages: ["admin", "roster"],
    load: () => import("../pages/admin/agents.js"),
  },
  {
    path: "/queues", name: "queues", group: "manage", icon: "queue", rights: ["manage_queues"], messages: ["queue_settings"],
    load: () => import("../pages/admin/queues.js"),
  },
  {
    path: "/queues/:id", name: "queues", rights: ["manage_queues"], messages: ["admin", "queue_settings"],
    load: () => import("../pages/admin/queue.js"),
  },
  {
    path: "/dispositions", name: "dispositions", group: "manage", icon: "tag", rights: ["system_config"], messages: ["admin", "vocabulary"],
    load: () => import("../pages/admin/vocabulary.js"),
  },
  {
    path: "/audit", name: "audit", group: "manage", icon: "search", rights: ["view_audit_log"], messages: ["audit"],
    load: () => import("../pages/admin/audit.js"),
  },
  {
    path: "/retention", name: "retention", group: "manage", icon: "clock", rights: ["system_config"], messages: ["retention"],
    load: () => import("../pages/admin/retention.js"),
  },
  {
    path: "/health", name: "health", group: "manage", icon: "check", rights: ["system_config"], messages: ["admin", "health"],
    load: () => import("../pages/admin/health.js"),
  },
  {
    path: "/api-keys", name: "api_keys", group: "integrations", icon: "key", rights: ["manage_keys"], messages: ["admin", "keys"],
    load: () => import("../pages/admin/keys.js"),
  },
  {
    path: "/api-keys/:id", name: "api_keys", rights: ["manage_keys"], messages: ["admin", "keys"],
    load: () => import("../pages/admin/key.js"),
  },
  {
    path: "/webhooks", name: "webhooks", group: "integrations", icon: "webhook", rights: ["manage_webhooks"], messages: ["admin", "webhooks"],
    load: () => import("../pages/admin/webhooks.js"),
  },
  {
    path: "/webhooks/:id", name: "webhooks", rights: ["manage_webhooks"], messages: ["admin", "webhooks"],
    load: () => import("../pages/admin/webhook.js"),
  },
];
