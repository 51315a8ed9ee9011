export default {
  offline: "Muunganisho na mfumo wa simu umekatika. Unarudishwa; simu inayoendelea haikatiki.",
  signed_out: "Umeondoka kwenye mfumo, na simu yako pia.",
  thrown_out: "Mfumo wa simu umekata muunganisho wa ukurasa huu. Pakia ukurasa upya.",
  dead: "Hakuna kilichosikika kwenye laini kwa sekunde 10, kwa hiyo imekatwa. Mpigaji anaweza kupiga tena.",
  not_back: "Simu yako haikuweza kurudishwa kwenye ukurasa huu. Mpigaji hatasikia chochote kwa hadi sekunde 15, kisha atasubiri tena mwanzoni mwa foleni. Chagua Napatikana, ili pawe na mtu wa kumpokea.",
  not_back_over: "Simu yako ilikatika wakati ukurasa ukipakiwa upya. Ulichoandika kimetunzwa.",
  not_back_consulting: "Ukurasa ulipakiwa upya ukiwa unamuuliza mwenzako. Mpigaji anaendelea naye; kama hajapokea, simu yako itaita tena.",
  microphone_none: "Hakuna maikrofoni iliyopatikana. Chomeka vipokea sauti vyako, kisha ujaribu tena.",
  microphone_refused:
    "Kivinjari hakiruhusu ukurasa huu kutumia maikrofoni. Iruhusu kando ya anwani, kisha ujaribu tena.",
  microphone_busy: "Maikrofoni haikuweza kufunguliwa. Huenda programu nyingine inaitumia: ifunge, kisha ujaribu tena.",
  speaker_gone: "Spika hiyo haipo tena. Chagua nyingine.",
  insecure: "Vivinjari huruhusu maikrofoni kwa kurasa zilizokuja kwa https pekee. Muulize msimamizi wako.",
  none: "Huna simu yako mwenyewe hapa.",
  no_line: "Simu yako haikuweza kuingia kwenye mfumo wa simu. Jaribu tena.",
};
