// What is said outside of the widget's own panel, in its languages. Loaded when it is needed.

const WORDS = {
  en: {
    withheld: "The browser withholds your sign-in from this panel, because it is embedded in another site.",
    allow: "Use my sign-in here",
    refused:
      "The browser did not allow it. Open this site in a tab of its own, sign in there, then try again. If that does not help, tell your administrator: the server's cookies need SameSite=None; Secure; Partitioned, or the panel a server of the same site.",
    allowed:
      "The browser allows it now, and the server still does not know who you are. Sign in in another tab, then try again. If you are signed in there, tell your administrator: the server's cookies need SameSite=None; Secure.",
    ringing: "A monitored call is ringing",
  },
  de: {
    withheld: "Der Browser enthält diesem Bereich Ihre Anmeldung vor, weil er in eine andere Website eingebettet ist.",
    allow: "Meine Anmeldung hier verwenden",
    refused:
      "Der Browser hat es nicht erlaubt. Öffnen Sie diese Website in einem eigenen Tab, melden Sie sich dort an, und versuchen Sie es noch einmal. Hilft das nicht, sagen Sie es Ihrem Administrator: Die Cookies des Servers brauchen SameSite=None; Secure; Partitioned, oder der Bereich einen Server derselben Website.",
    allowed:
      "Der Browser erlaubt es jetzt, und der Server weiß immer noch nicht, wer Sie sind. Melden Sie sich in einem anderen Tab an, dann versuchen Sie es noch einmal. Sind Sie dort angemeldet, sagen Sie es Ihrem Administrator: Die Cookies des Servers brauchen SameSite=None; Secure.",
    ringing: "Ein überwachtes Gespräch klingelt",
  },
  fr: {
    withheld: "Le navigateur ne transmet pas votre identification à ce panneau, car il est intégré dans un autre site.",
    allow: "Utiliser mon identification ici",
    refused:
      "Le navigateur ne l’a pas autorisé. Ouvrez ce site dans un onglet à part, identifiez-vous, puis réessayez. Si cela ne suffit pas, prévenez votre administrateur : les cookies du serveur doivent avoir SameSite=None; Secure; Partitioned, ou le panneau un serveur du même site.",
    allowed:
      "Le navigateur l’autorise maintenant, et le serveur ne sait toujours pas qui vous êtes. Identifiez-vous dans un autre onglet, puis réessayez. Si vous y êtes identifié, prévenez votre administrateur : les cookies du serveur doivent avoir SameSite=None; Secure.",
    ringing: "Un appel supervisé sonne",
  },
  es: {
    withheld: "El navegador no entrega su inicio de sesión a este panel, porque está integrado en otro sitio.",
    allow: "Usar aquí mi inicio de sesión",
    refused:
      "El navegador no lo ha permitido. Abra este sitio en una pestaña propia, inicie sesión allí e inténtelo de nuevo. Si eso no ayuda, avise a su administrador: las cookies del servidor necesitan SameSite=None; Secure; Partitioned, o el panel un servidor del mismo sitio.",
    allowed:
      "El navegador lo permite ahora, y el servidor sigue sin saber quién es usted. Inicie sesión en otra pestaña e inténtelo de nuevo. Si ya ha iniciado sesión allí, avise a su administrador: las cookies del servidor necesitan SameSite=None; Secure.",
    ringing: "Suena una llamada supervisada",
  },
  pt: {
    withheld: "O navegador não entrega o seu login a este painel, porque ele está incorporado em outro site.",
    allow: "Usar meu login aqui",
    refused:
      "O navegador não permitiu. Abra este site em uma aba própria, entre nele e tente de novo. Se não ajudar, avise o administrador: os cookies do servidor precisam de SameSite=None; Secure; Partitioned, ou o painel de um servidor do mesmo site.",
    allowed:
      "O navegador permite agora, e o servidor ainda não sabe quem é você. Entre em outra aba e tente de novo. Se já entrou nela, avise o administrador: os cookies do servidor precisam de SameSite=None; Secure.",
    ringing: "Uma chamada monitorada está tocando",
  },
  ja: {
    withheld: "このパネルは別のサイトに埋め込まれているため、ブラウザーがサインイン情報を渡していません。",
    allow: "ここでサインインを使う",
    refused:
      "ブラウザーが許可しませんでした。このサイトを別のタブで開いてサインインし、もう一度お試しください。解決しない場合は管理者に伝えてください。サーバーの Cookie に SameSite=None; Secure; Partitioned が必要か、同じサイトのサーバーからパネルを提供する必要があります。",
    allowed:
      "ブラウザーは許可しましたが、サーバーはまだ利用者を特定できません。別のタブでサインインし、もう一度お試しください。サインイン済みの場合は管理者に伝えてください。サーバーの Cookie に SameSite=None; Secure が必要です。",
    ringing: "モニタリング中の通話が鳴っています",
  },
  ar: {
    withheld: "يحجب المتصفح تسجيل دخولك عن هذه اللوحة لأنها مضمنة في موقع آخر.",
    allow: "استخدام تسجيل دخولي هنا",
    refused:
      "لم يسمح المتصفح بذلك. افتح هذا الموقع في علامة تبويب مستقلة وسجّل الدخول فيها، ثم حاول مرة أخرى. إن لم يفد ذلك فأبلغ المسؤول: تحتاج ملفات تعريف الارتباط للخادم إلى \u2066SameSite=None; Secure; Partitioned\u2069، أو تحتاج اللوحة إلى خادم من الموقع نفسه.",
    allowed:
      "يسمح المتصفح بذلك الآن، وما زال الخادم لا يعرف من أنت. سجّل الدخول في علامة تبويب أخرى، ثم حاول مرة أخرى. إن كنت قد سجّلت الدخول فيها فأبلغ المسؤول: تحتاج ملفات تعريف الارتباط للخادم إلى \u2066SameSite=None; Secure\u2069.",
    ringing: "مكالمة خاضعة للمراقبة ترن",
  },
};

/** The words in the language of where an element stands, with `lang` and `dir`; as the widget chooses it. */
export function wordsFor(element) {
  const languages = [...tagsAround(element), ...navigator.languages].map((tag) => tag.split("-")[0].toLowerCase());
  const lang = languages.find((it) => Object.hasOwn(WORDS, it)) ?? "en";
  return { ...WORDS[lang], lang, dir: lang === "ar" ? "rtl" : "ltr" };
}

// The language tags of an element and its ancestors, through shadow roots, the closest first.
function tagsAround(element) {
  const tags = [];
  for (let place = element; place; place = place.parentNode ?? place.host) {
    if (place.lang) tags.push(place.lang);
  }
  return tags;
}
