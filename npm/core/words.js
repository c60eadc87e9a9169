// Texts outside of the widget's own panel, in its languages. Loaded on demand.

const WORDS = {
  en: {
    loading: "Loading…",
    again: "Try again",
    unknown: [
      "The monitoring panel could not be loaded.",
      "Reload the page, or tell the administrator of this page.",
    ],
    consequence: "Monitoring goes on in the telephone system as it was. It can’t be seen or ended here, and no time limit ends it from here.",
    unsupported: [
      "This browser can’t run the monitoring panel: it is too old, or WebAssembly is switched off.",
      "Update the browser, or allow WebAssembly for this site.",
    ],
    policy: [
      "The security policy of this page forbids WebAssembly, which the monitoring panel needs.",
      "Tell the administrator of this page to add 'wasm-unsafe-eval' to script-src.",
    ],
    network: [
      "The monitoring panel could not be downloaded.",
      "Check the network, or tell the administrator of this page that a file is missing or blocked.",
    ],
    "mime-type": [
      "The server sent something else in place of the monitoring panel.",
      "Tell the administrator of this page that the .wasm file must be there, served as application/wasm.",
    ],
    integrity: [
      "The downloaded monitoring panel is not the expected one, and was not started.",
      "Reload the page, or tell the administrator of this page that a file was changed.",
    ],
    invalid: [
      "The downloaded monitoring panel is damaged, or its files belong to different versions.",
      "Reload the page, or tell the administrator of this page.",
    ],
    crashed: [
      "The monitoring panel has stopped working.",
      "Try again, or reload the page.",
    ],
    withheld: "The browser withholds your sign-in from this panel, because it is embedded in another site.",
    allow: "Use my sign-in here",
    refused:
      "The browser did not allow it. Open this site in a tab of its own, sign in there, then try again. If that does not help, tell your administrator: the server’s cookies need SameSite=None; Secure; Partitioned, or the panel a server of the same site.",
    allowed:
      "The browser allows it now, and the server still does not know who you are. Sign in from another tab, then try again. If you are signed in there, tell your administrator: the server’s cookies need SameSite=None; Secure.",
    ringing: "A monitored call is ringing",
  },
  de: {
    loading: "Wird geladen…",
    again: "Erneut versuchen",
    unknown: [
      "Das Überwachungsfenster konnte nicht geladen werden.",
      "Laden Sie die Seite neu, oder sagen Sie es dem Administrator dieser Seite.",
    ],
    consequence: "Die Überwachung geht im Telefonsystem weiter wie bisher. Sie ist hier nicht zu sehen und nicht zu beenden, und kein Zeitlimit beendet sie von hier aus.",
    unsupported: [
      "In diesem Browser läuft das Überwachungsfenster nicht: Er ist zu alt, oder WebAssembly ist abgeschaltet.",
      "Aktualisieren Sie den Browser, oder erlauben Sie WebAssembly für diese Website.",
    ],
    policy: [
      "Die Sicherheitsrichtlinie dieser Seite verbietet WebAssembly, ohne das das Überwachungsfenster nicht läuft.",
      "Sagen Sie dem Administrator dieser Seite, dass 'wasm-unsafe-eval' in script-src fehlt.",
    ],
    network: [
      "Das Überwachungsfenster konnte nicht heruntergeladen werden.",
      "Prüfen Sie das Netz, oder sagen Sie dem Administrator dieser Seite, dass eine Datei fehlt oder gesperrt ist.",
    ],
    "mime-type": [
      "Der Server hat etwas anderes gesendet als das Überwachungsfenster.",
      "Sagen Sie dem Administrator dieser Seite, dass die .wasm-Datei da sein und als application/wasm ausgeliefert werden muss.",
    ],
    integrity: [
      "Das heruntergeladene Überwachungsfenster ist nicht das erwartete und wurde nicht gestartet.",
      "Laden Sie die Seite neu, oder sagen Sie dem Administrator dieser Seite, dass eine Datei geändert wurde.",
    ],
    invalid: [
      "Das heruntergeladene Überwachungsfenster ist beschädigt, oder seine Dateien gehören zu verschiedenen Versionen.",
      "Laden Sie die Seite neu, oder sagen Sie es dem Administrator dieser Seite.",
    ],
    crashed: [
      "Das Überwachungsfenster funktioniert nicht mehr.",
      "Versuchen Sie es erneut, oder laden Sie die Seite neu.",
    ],
    withheld: "Der Browser enthält diesem Bereich Ihre Anmeldung vor, weil er in eine andere Website eingebettet ist.",
    allow: "Meine Anmeldung hier verwenden",
    refused:
      "Der Browser hat es nicht erlaubt. Öffnen Sie diese Website in einem eigenen Tab, melden Sie sich dort an, und versuchen Sie es noch einmal. Hilft das nicht, sagen Sie es Ihrem Administrator: Die Cookies des Servers brauchen SameSite=None; Secure; Partitioned, oder der Bereich einen Server derselben Website.",
    allowed:
      "Der Browser erlaubt es jetzt, und der Server weiß immer noch nicht, wer Sie sind. Melden Sie sich in einem anderen Tab an, dann versuchen Sie es noch einmal. Sind Sie dort angemeldet, sagen Sie es Ihrem Administrator: Die Cookies des Servers brauchen SameSite=None; Secure.",
    ringing: "Ein überwachtes Gespräch klingelt",
  },
  fr: {
    loading: "Chargement…",
    again: "Réessayer",
    unknown: [
      "Le panneau de supervision n’a pas pu être chargé.",
      "Rechargez la page, ou prévenez l’administrateur de cette page.",
    ],
    consequence: "La supervision continue comme avant dans le système téléphonique. Ici, on ne peut ni la voir ni l’arrêter, et aucune limite de temps n’y met fin d’ici.",
    unsupported: [
      "Ce navigateur ne peut pas exécuter le panneau de supervision : il est trop ancien, ou WebAssembly est désactivé.",
      "Mettez le navigateur à jour, ou autorisez WebAssembly pour ce site.",
    ],
    policy: [
      "La politique de sécurité de cette page interdit WebAssembly, dont le panneau de supervision a besoin.",
      "Demandez à l’administrateur de cette page d’ajouter 'wasm-unsafe-eval' à script-src.",
    ],
    network: [
      "Le panneau de supervision n’a pas pu être téléchargé.",
      "Vérifiez le réseau, ou signalez à l’administrateur de cette page qu’un fichier manque ou est bloqué.",
    ],
    "mime-type": [
      "Le serveur a envoyé autre chose que le panneau de supervision.",
      "Signalez à l’administrateur de cette page que le fichier .wasm doit être présent et servi comme application/wasm.",
    ],
    integrity: [
      "Le panneau de supervision téléchargé n’est pas celui qui est attendu, et n’a pas été démarré.",
      "Rechargez la page, ou signalez à l’administrateur de cette page qu’un fichier a été modifié.",
    ],
    invalid: [
      "Le panneau de supervision téléchargé est endommagé, ou ses fichiers sont de versions différentes.",
      "Rechargez la page, ou prévenez l’administrateur de cette page.",
    ],
    crashed: [
      "Le panneau de supervision ne fonctionne plus.",
      "Réessayez, ou rechargez la page.",
    ],
    withheld: "Le navigateur ne transmet pas votre identification à ce panneau, car il est intégré dans un autre site.",
    allow: "Utiliser mon identification ici",
    refused:
      "Le navigateur ne l’a pas autorisé. Ouvrez ce site dans un onglet à part, identifiez-vous, puis réessayez. Si cela ne suffit pas, prévenez votre administrateur : les cookies du serveur doivent avoir SameSite=None; Secure; Partitioned, ou le panneau un serveur du même site.",
    allowed:
      "Le navigateur l’autorise maintenant, et le serveur ne sait toujours pas qui vous êtes. Identifiez-vous dans un autre onglet, puis réessayez. Si vous y êtes identifié, prévenez votre administrateur : les cookies du serveur doivent avoir SameSite=None; Secure.",
    ringing: "Un appel supervisé sonne",
  },
  es: {
    loading: "Cargando…",
    again: "Reintentar",
    unknown: [
      "No se pudo cargar el panel de supervisión.",
      "Vuelva a cargar la página, o avise al administrador de esta página.",
    ],
    consequence: "La supervisión sigue igual en el sistema telefónico. Aquí no se puede ver ni terminar, y ningún límite de tiempo la termina desde aquí.",
    unsupported: [
      "Este navegador no puede ejecutar el panel de supervisión: es demasiado antiguo, o WebAssembly está desactivado.",
      "Actualice el navegador, o permita WebAssembly para este sitio.",
    ],
    policy: [
      "La política de seguridad de esta página prohíbe WebAssembly, que el panel de supervisión necesita.",
      "Pida al administrador de esta página que añada 'wasm-unsafe-eval' a script-src.",
    ],
    network: [
      "No se pudo descargar el panel de supervisión.",
      "Compruebe la red, o avise al administrador de esta página de que falta un archivo o está bloqueado.",
    ],
    "mime-type": [
      "El servidor envió otra cosa en lugar del panel de supervisión.",
      "Avise al administrador de esta página de que el archivo .wasm debe estar ahí y servirse como application/wasm.",
    ],
    integrity: [
      "El panel de supervisión descargado no es el esperado, y no se ha iniciado.",
      "Vuelva a cargar la página, o avise al administrador de esta página de que se cambió un archivo.",
    ],
    invalid: [
      "El panel de supervisión descargado está dañado, o sus archivos son de versiones distintas.",
      "Vuelva a cargar la página, o avise al administrador de esta página.",
    ],
    crashed: [
      "El panel de supervisión ha dejado de funcionar.",
      "Reintente, o vuelva a cargar la página.",
    ],
    withheld: "El navegador no entrega su inicio de sesión a este panel, porque está integrado en otro sitio.",
    allow: "Usar aquí mi inicio de sesión",
    refused:
      "El navegador no lo ha permitido. Abra este sitio en una pestaña propia, inicie sesión allí e inténtelo de nuevo. Si eso no ayuda, avise a su administrador: las cookies del servidor necesitan SameSite=None; Secure; Partitioned, o el panel un servidor del mismo sitio.",
    allowed:
      "El navegador lo permite ahora, y el servidor sigue sin saber quién es usted. Inicie sesión en otra pestaña e inténtelo de nuevo. Si ya ha iniciado sesión allí, avise a su administrador: las cookies del servidor necesitan SameSite=None; Secure.",
    ringing: "Suena una llamada supervisada",
  },
  pt: {
    loading: "Carregando…",
    again: "Tentar de novo",
    unknown: [
      "Não foi possível carregar o painel de monitoramento.",
      "Recarregue a página ou avise o administrador desta página.",
    ],
    consequence: "O monitoramento continua como estava no sistema de telefonia. Aqui não é possível vê-lo nem encerrá-lo, e nenhum limite de tempo o encerra daqui.",
    unsupported: [
      "Este navegador não consegue executar o painel de monitoramento: é antigo demais ou o WebAssembly está desativado.",
      "Atualize o navegador ou permita o WebAssembly para este site.",
    ],
    policy: [
      "A política de segurança desta página proíbe o WebAssembly, de que o painel de monitoramento precisa.",
      "Peça ao administrador desta página que inclua 'wasm-unsafe-eval' em script-src.",
    ],
    network: [
      "Não foi possível baixar o painel de monitoramento.",
      "Verifique a rede ou avise o administrador desta página de que um arquivo está faltando ou bloqueado.",
    ],
    "mime-type": [
      "O servidor enviou outra coisa no lugar do painel de monitoramento.",
      "Avise o administrador desta página de que o arquivo .wasm precisa estar lá e ser servido como application/wasm.",
    ],
    integrity: [
      "O painel de monitoramento baixado não é o esperado e não foi iniciado.",
      "Recarregue a página ou avise o administrador desta página de que um arquivo foi alterado.",
    ],
    invalid: [
      "O painel de monitoramento baixado está danificado, ou seus arquivos são de versões diferentes.",
      "Recarregue a página ou avise o administrador desta página.",
    ],
    crashed: [
      "O painel de monitoramento parou de funcionar.",
      "Tente de novo ou recarregue a página.",
    ],
    withheld: "O navegador não entrega o seu login a este painel, porque ele está incorporado em outro site.",
    allow: "Usar meu login aqui",
    refused:
      "O navegador não permitiu. Abra este site em uma aba própria, faça login nele e tente de novo. Se não ajudar, avise o administrador: os cookies do servidor precisam de SameSite=None; Secure; Partitioned, ou o painel de um servidor do mesmo site.",
    allowed:
      "O navegador permite agora, e o servidor ainda não sabe quem é você. Faça login em outra aba e tente de novo. Se já fez login nela, avise o administrador: os cookies do servidor precisam de SameSite=None; Secure.",
    ringing: "Uma chamada monitorada está tocando",
  },
  ja: {
    loading: "読み込み中…",
    again: "再試行",
    unknown: [
      "モニタリングパネルを読み込めませんでした。",
      "ページを再読み込みするか、このページの管理者に伝えてください。",
    ],
    consequence: "モニタリングは電話システムでそのまま続いています。ここでは表示も終了もできず、制限時間による終了もここからは行われません。",
    unsupported: [
      "このブラウザーではモニタリングパネルを実行できません。ブラウザーが古いか、WebAssemblyが無効になっています。",
      "ブラウザーを更新するか、このサイトでWebAssemblyを許可してください。",
    ],
    policy: [
      "このページのセキュリティポリシーが、モニタリングパネルに必要なWebAssemblyを禁止しています。",
      "script-srcに'wasm-unsafe-eval'を追加するよう、このページの管理者に伝えてください。",
    ],
    network: [
      "モニタリングパネルをダウンロードできませんでした。",
      "ネットワークを確認するか、ファイルがないかブロックされていることをこのページの管理者に伝えてください。",
    ],
    "mime-type": [
      "サーバーがモニタリングパネルとは別のものを送信しました。",
      ".wasmファイルを配置し、application/wasmとして配信する必要があることを、このページの管理者に伝えてください。",
    ],
    integrity: [
      "ダウンロードしたモニタリングパネルが想定と異なるため、起動しませんでした。",
      "ページを再読み込みするか、ファイルが変更されていることをこのページの管理者に伝えてください。",
    ],
    invalid: [
      "ダウンロードしたモニタリングパネルが壊れているか、ファイルのバージョンが一致していません。",
      "ページを再読み込みするか、このページの管理者に伝えてください。",
    ],
    crashed: [
      "モニタリングパネルが動作を停止しました。",
      "再試行するか、ページを再読み込みしてください。",
    ],
    withheld: "このパネルは別のサイトに埋め込まれているため、ブラウザーがサインイン情報を渡していません。",
    allow: "ここでサインインを使う",
    refused:
      "ブラウザーが許可しませんでした。このサイトを別のタブで開いてサインインし、もう一度お試しください。解決しない場合は管理者に伝えてください。サーバーのCookieにSameSite=None; Secure; Partitionedが必要か、同じサイトのサーバーからパネルを提供する必要があります。",
    allowed:
      "ブラウザーは許可しましたが、サーバーはまだ利用者を特定できません。別のタブでサインインし、もう一度お試しください。サインイン済みの場合は管理者に伝えてください。サーバーのCookieにSameSite=None; Secureが必要です。",
    ringing: "モニタリング中の通話が鳴っています",
  },
  ar: {
    loading: "جارٍ التحميل…",
    again: "إعادة المحاولة",
    unknown: [
      "تعذّر تحميل لوحة المراقبة.",
      "يُرجى إعادة تحميل الصفحة أو إبلاغ مسؤول هذه الصفحة.",
    ],
    consequence: "تستمر المراقبة في نظام الهاتف كما كانت. لا يمكن رؤيتها أو إنهاؤها هنا، ولا ينهيها أي حد زمني من هنا.",
    unsupported: [
      "لا يستطيع هذا المتصفح تشغيل لوحة المراقبة: إما أنه قديم جدًا أو أن \u2066WebAssembly\u2069 معطّل.",
      "يُرجى تحديث المتصفح أو السماح بـ \u2066WebAssembly\u2069 لهذا الموقع.",
    ],
    policy: [
      "تمنع سياسة الأمان لهذه الصفحة \u2066WebAssembly\u2069 الذي تحتاجه لوحة المراقبة.",
      "يُرجى مطالبة مسؤول هذه الصفحة بإضافة \u2066'wasm-unsafe-eval'\u2069 إلى \u2066script-src\u2069.",
    ],
    network: [
      "تعذّر تنزيل لوحة المراقبة.",
      "يُرجى التحقق من الشبكة أو إبلاغ مسؤول هذه الصفحة بأن ملفًا مفقود أو محجوب.",
    ],
    "mime-type": [
      "أرسل الخادم شيئًا آخر بدلًا من لوحة المراقبة.",
      "يُرجى إبلاغ مسؤول هذه الصفحة بأن ملف \u2066.wasm\u2069 يجب أن يكون موجودًا وأن يُرسَل بالنوع \u2066application/wasm\u2069.",
    ],
    integrity: [
      "لوحة المراقبة التي نُزّلت ليست المتوقعة، ولذلك لم تُشغَّل.",
      "يُرجى إعادة تحميل الصفحة أو إبلاغ مسؤول هذه الصفحة بأن ملفًا قد تغيّر.",
    ],
    invalid: [
      "لوحة المراقبة التي نُزّلت تالفة، أو أن ملفاتها من إصدارات مختلفة.",
      "يُرجى إعادة تحميل الصفحة أو إبلاغ مسؤول هذه الصفحة.",
    ],
    crashed: [
      "توقفت لوحة المراقبة عن العمل.",
      "يُرجى إعادة المحاولة أو إعادة تحميل الصفحة.",
    ],
    withheld: "يحجب المتصفح تسجيل دخولك عن هذه اللوحة لأنها مضمنة في موقع آخر.",
    allow: "استخدام تسجيل دخولي هنا",
    refused:
      "لم يسمح المتصفح بذلك. يُرجى فتح هذا الموقع في علامة تبويب مستقلة وتسجيل الدخول فيها، ثم إعادة المحاولة. وإن لم يُجدِ ذلك، فيُرجى إبلاغ المسؤول: تحتاج ملفات تعريف الارتباط للخادم إلى \u2066SameSite=None; Secure; Partitioned\u2069، أو تحتاج اللوحة إلى خادم من الموقع نفسه.",
    allowed:
      "يسمح المتصفح بذلك الآن، وما زال الخادم لا يعرف من أنت. يُرجى تسجيل الدخول في علامة تبويب أخرى، ثم إعادة المحاولة. وإن كان ذلك قد تم فيها، فيُرجى إبلاغ المسؤول: تحتاج ملفات تعريف الارتباط للخادم إلى \u2066SameSite=None; Secure\u2069.",
    ringing: "مكالمة خاضعة للمراقبة ترن",
  },
};

/** The texts in the language that applies to an element, chosen like the widget's, with `lang` and `dir`. */
export function wordsFor(element) {
  const languages = [...tagsAround(element), ...navigator.languages].map((tag) => tag.split(/[-_]/)[0].toLowerCase());
  const lang = languages.find((it) => Object.hasOwn(WORDS, it)) ?? "en";
  return { ...WORDS[lang], lang, dir: lang === "ar" ? "rtl" : "ltr" };
}

// The language tags of an element and its ancestors, through shadow roots, closest first.
function tagsAround(element) {
  const tags = [];
  for (let place = element; place; place = place.parentNode ?? place.host) {
    if (place.lang) tags.push(place.lang);
  }
  return tags;
}
