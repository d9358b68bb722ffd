/* aero_nb: built by front/build.js; sources sha256 501317e9a83b2b307d16258742e9351de15a2e54ed79b965fd91711684219223 */
function l(e){return new Uint8Array(e.buffer.slice(e.byteOffset,e.byteOffset+e.byteLength))}function u(e){let t=new Map,o=(r,s)=>{let n=t.get(r?.id??"");!n||!r.id||(t.delete(r.id),r.error?n.reject(new Error(r.error)):
n.resolve({...r,buffers:s}))};return e.on("msg:custom",o),{ask:r=>new Promise((s,n)=>{let i=`${Date.now()}-${Math.random()}`;
t.set(i,{resolve:s,reject:n}),e.send({...r,id:i})}),stop:()=>e.off("msg:custom",o)}}var g=5e3;async function m(e,t){globalThis.
aeroNbTimelines??=new Map;let o=globalThis.aeroNbTimelines,a=String(e.get("_version")),r=o.get(a),s=r&&await Promise.race(
[r,y(g)]);if(s)return s;let n=t({ask:"module"}).then(({buffers:i})=>A(l(i[0])));return n.catch(()=>o.delete(a)),o.set(a,
n),n}function y(e){return new Promise(t=>setTimeout(t,e,null))}async function A(e){let t=new Blob([e]).stream().pipeThrough(
new DecompressionStream("gzip")),o=await new Response(t).text();return import(URL.createObjectURL(new Blob([o],{type:"te\
xt/javascript"})))}var w=6e3;function M({model:e,el:t}){let o=document.createElement("div"),a=b(e),r=document.createElement("div");o.append(
a,r),t.append(o);let{ask:s,stop:n}=u(e),i=setTimeout(()=>{r.textContent="A still picture: run the cell for the live time\
line."},w),d=null,f=!1;return(async()=>{let[c,p]=await Promise.all([m(e,s),s({ask:"data"})]);f||(d=await c.mountModel(o,
e,s,l(p.buffers[0])))})().catch(c=>{r.textContent=`A still picture: ${c.message}`}).finally(()=>clearTimeout(i)),()=>{f=
!0,clearTimeout(i),n(),d?.stop()}}function b(e){let t=document.createElement("img");return t.alt=String(e.get("_alt")),t.
src=URL.createObjectURL(new Blob([e.get("_still")],{type:"image/png"})),t.onload=()=>URL.revokeObjectURL(t.src),t.style.
maxWidth="100%",t}var P={render:M};export{P as default};
