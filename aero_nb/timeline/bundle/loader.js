/* aero_nb: built by front/build.js; sources sha256 bccd702ea6f37b327f873799141ace6718a54146e129c3f14df15192fb1d03bb */
function l(e){return new Uint8Array(e.buffer.slice(e.byteOffset,e.byteOffset+e.byteLength))}function m(e){let t=new Map,o=(r,n)=>{let s=t.get(r?.id??"");!s||!r.id||(t.delete(r.id),r.error?s.reject(new Error(r.error)):
s.resolve({...r,buffers:n}))};return e.on("msg:custom",o),{ask:r=>new Promise((n,s)=>{let a=`${Date.now()}-${Math.random()}`;
t.set(a,{resolve:n,reject:s}),e.send({...r,id:a})}),stop:()=>e.off("msg:custom",o)}}function u(e,t){globalThis.aeroNbTimelines??=
new Map;let o=globalThis.aeroNbTimelines,i=String(e.get("_version")),r=o.get(i);if(r)return r;let n=t({ask:"module"}).then(
({buffers:s})=>g(l(s[0])));return n.catch(()=>o.delete(i)),o.set(i,n),n}async function g(e){let t=new Blob([e]).stream().
pipeThrough(new DecompressionStream("gzip")),o=await new Response(t).text();return import(URL.createObjectURL(new Blob([
o],{type:"text/javascript"})))}var y=6e3;function A({model:e,el:t}){let o=document.createElement("div"),i=b(e),r=document.createElement("div");o.append(
i,r),t.append(o);let{ask:n,stop:s}=m(e),a=setTimeout(()=>{r.textContent="A still picture: run the cell for the live time\
line."},y),d=null,f=!1;return(async()=>{let[c,p]=await Promise.all([u(e,n),n({ask:"data"})]);f||(d=await c.mountModel(o,
e,n,l(p.buffers[0])))})().catch(c=>{r.textContent=`A still picture: ${c.message}`}).finally(()=>clearTimeout(a)),()=>{f=
!0,clearTimeout(a),s(),d?.stop()}}function b(e){let t=document.createElement("img");return t.alt=String(e.get("_alt")),t.
src=URL.createObjectURL(new Blob([e.get("_still")],{type:"image/png"})),t.onload=()=>URL.revokeObjectURL(t.src),t.style.
maxWidth="100%",t}var x={render:A};export{x as default};
