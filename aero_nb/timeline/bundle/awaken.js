/* aero_nb: built by front/build.js; sources sha256 501317e9a83b2b307d16258742e9351de15a2e54ed79b965fd91711684219223 */
"use strict";var aeroNbAwaken=(()=>{var s=Object.defineProperty;var f=Object.getOwnPropertyDescriptor;var u=Object.getOwnPropertyNames;var m=Object.prototype.hasOwnProperty;var p=(r,e)=>{for(var t in e)s(r,t,{get:e[t],enumerable:!0})},w=(r,e,t,n)=>{if(e&&typeof e=="object"||typeof e=="functio\
n")for(let o of u(e))!m.call(r,o)&&o!==t&&s(r,o,{get:()=>e[o],enumerable:!(n=f(e,o))||n.enumerable});return r};var y=r=>w(s({},"__esModule",{value:!0}),r);var b={};p(b,{awaken:()=>g});function a(r){return Uint8Array.from(atob(r),e=>e.charCodeAt(0))}async function d(r){let e=new Blob([r]).stream().pipeThrough(new DecompressionStream("gzip")),t=await new Response(e).text();
return import(URL.createObjectURL(new Blob([t],{type:"text/javascript"})))}function g(r){let e=document.getElementById(r);if(!e)return;let t=async()=>{if(!window.Plotly||e.dataset.alive)return;e.
dataset.alive="true";let n=e.innerHTML,{module:o,trace:l,values:c}=e.dataset;try{window.aeroNbTimelineModule??=d(a(o));let{
mountStatic:i}=await window.aeroNbTimelineModule;await i(e,a(l),JSON.parse(c))}catch(i){e.innerHTML=n,console.error("aer\
o_nb: this timeline stays still:",i)}};t(),window.addEventListener("aero-nb:plotly",t),window.addEventListener("load",t)}return y(b);})();
