export default {
  offline: "The line to the telephone system is lost. It is being set up again; a call goes on.",
  signed_out: "You are signed out, and so is your phone.",
  thrown_out: "The telephone system ended the connection of this page. Load the page again.",
  dead: "Nothing came through the line for 10 seconds, so it was given up. The caller may call again.",
  not_back: "Your call could not be brought back to this page. The caller hears nothing for up to 15 seconds, and then waits at the front of the queue again. Choose Available, so that somebody is there.",
  not_back_over: "Your call ended while the page was loaded again. What you typed is kept.",
  not_back_consulting: "The page was loaded again while you asked a colleague. The caller goes on to them; if they have not answered, your phone rings again.",
  microphone_none: "No microphone was found. Plug in your headset, then try again.",
  microphone_refused:
    "The browser does not let this page use the microphone. Allow it beside the address, then try again.",
  microphone_busy: "The microphone could not be opened. Another program may be using it: close that, then try again.",
  speaker_gone: "That loudspeaker is not there any more. Choose another one.",
  insecure: "Browsers give a microphone only to pages that came over https. Ask your administrator.",
  none: "You have no phone of your own here.",
  no_line: "Your phone could not sign in to the telephone system. Try again.",
};
