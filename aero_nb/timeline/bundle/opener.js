/* aero_nb: built by front/build.js; sources sha256 501317e9a83b2b307d16258742e9351de15a2e54ed79b965fd91711684219223 */
function d(t){return new Uint8Array(t.buffer.slice(t.byteOffset,t.byteOffset+t.byteLength))}function c(t){let n=new Map,o=(e,r)=>{let s=n.get(e?.id??"");!s||!e.id||(n.delete(e.id),e.error?s.reject(new Error(e.error)):
s.resolve({...e,buffers:r}))};return t.on("msg:custom",o),{ask:e=>new Promise((r,s)=>{let i=`${Date.now()}-${Math.random()}`;
n.set(i,{resolve:r,reject:s}),t.send({...e,id:i})}),stop:()=>t.off("msg:custom",o)}}var u=5e3;async function f(t,n){globalThis.
aeroNbTimelines??=new Map;let o=globalThis.aeroNbTimelines,a=String(t.get("_version")),e=o.get(a),r=e&&await Promise.race(
[e,l(u)]);if(r)return r;let s=n({ask:"module"}).then(({buffers:i})=>p(d(i[0])));return s.catch(()=>o.delete(a)),o.set(a,
s),s}function l(t){return new Promise(n=>setTimeout(n,t,null))}async function p(t){let n=new Blob([t]).stream().pipeThrough(
new DecompressionStream("gzip")),o=await new Response(n).text();return import(URL.createObjectURL(new Blob([o],{type:"te\
xt/javascript"})))}function m({model:t,el:n}){let{ask:o,stop:a}=c(t),e=document.createElement("button"),r=document.createElement("span");e.
textContent="Open in Perfetto",e.className="jupyter-widgets jupyter-button widget-button",e.style.width="auto",e.title="\
Opens ui.perfetto.dev in a new tab and hands it the trace there; nothing is uploaded",r.setAttribute("role","status"),r.
style.marginLeft="8px";let s=f(t,o);return e.addEventListener("click",async()=>{try{r.textContent=await(await s).openInPerfetto(
o)}catch(i){r.textContent=`not opened: ${i.message}`}}),n.append(e,r),a}var A={render:m};export{A as default};
