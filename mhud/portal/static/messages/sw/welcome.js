export default {
  create: "Unda msimamizi",
  email: "Barua pepe",
  email_hint: "Kwa misimbo ya kuingia, ukisahau nenosiri.",
  first: "Bado hakuna anayeweza kuingia hapa. Utakuwa msimamizi wa kwanza na utaweza kuwaalika wengine.",
  invited: "Karibu, {name}. Weka nenosiri utakalotumia kuingia.",
  name: "Jina lako",
  over: "Kiungo hiki kimeshatumika au ni cha zamani mno. Mwombe aliyekutumia akupe kipya.",
  set: "Weka nenosiri na uingie",
  title: "Karibu",
  until: "Kiungo hiki kinatumika mara moja tu, hadi {at}.",
  username: "Jina la mtumiaji",
};
