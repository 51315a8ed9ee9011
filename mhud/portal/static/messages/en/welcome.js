export default {
  create: "Create the administrator",
  email: "E-mail",
  email_hint: "For codes to sign in with, if you forget the password.",
  first: "Nobody can sign in here yet. You become the first administrator and can invite the others.",
  invited: "Welcome, {name}. Set the password that you will sign in with.",
  name: "Your name",
  over: "This link is used up or too old. Ask who sent it for a new one.",
  set: "Set the password and sign in",
  title: "Welcome",
  until: "This link is good once, until {at}.",
  username: "User name",
};
