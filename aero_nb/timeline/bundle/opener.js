/* aero_nb: built by front/build.js; sources sha256 bccd702ea6f37b327f873799141ace6718a54146e129c3f14df15192fb1d03bb */
function d(t){return new Uint8Array(t.buffer.slice(t.byteOffset,t.byteOffset+t.byteLength))}function f(t){let n=new Map,o=(e,r)=>{let s=n.get(e?.id??"");!s||!e.id||(n.delete(e.id),e.error?s.reject(new Error(e.error)):
s.resolve({...e,buffers:r}))};return t.on("msg:custom",o),{ask:e=>new Promise((r,s)=>{let i=`${Date.now()}-${Math.random()}`;
n.set(i,{resolve:r,reject:s}),t.send({...e,id:i})}),stop:()=>t.off("msg:custom",o)}}function c(t,n){globalThis.aeroNbTimelines??=
new Map;let o=globalThis.aeroNbTimelines,a=String(t.get("_version")),e=o.get(a);if(e)return e;let r=n({ask:"module"}).then(
({buffers:s})=>l(d(s[0])));return r.catch(()=>o.delete(a)),o.set(a,r),r}async function l(t){let n=new Blob([t]).stream().
pipeThrough(new DecompressionStream("gzip")),o=await new Response(n).text();return import(URL.createObjectURL(new Blob([
o],{type:"text/javascript"})))}function u({model:t,el:n}){let{ask:o,stop:a}=f(t),e=document.createElement("button"),r=document.createElement("span");e.
textContent="Open in Perfetto",e.className="jupyter-widgets jupyter-button widget-button",e.style.width="auto",e.title="\
Opens ui.perfetto.dev in a new tab and hands it the trace there; nothing is uploaded",r.setAttribute("role","status"),r.
style.marginLeft="8px";let s=c(t,o);return e.addEventListener("click",async()=>{try{r.textContent=await(await s).openInPerfetto(
o)}catch(i){r.textContent=`not opened: ${i.message}`}}),n.append(e,r),a}var b={render:u};export{b as default};
