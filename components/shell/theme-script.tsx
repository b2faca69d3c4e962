/** Also hands the nonce to the scroll lock of open dialogs, which adds a style element. */
const SCRIPT = `try{var t=localStorage.getItem("todiscope-theme");`
  + `if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch(e){}`
  + `try{window.__webpack_nonce__=document.currentScript.nonce}catch(e){}`;

export interface ThemeScriptProps {
  /** Of the page's content security policy. */
  nonce?: string;
}

/** First child of <head> or <body>: sets the stored theme before anything is painted. */
export function ThemeScript({ nonce }: ThemeScriptProps) {
  return (
    <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: SCRIPT }} />
  );
}
