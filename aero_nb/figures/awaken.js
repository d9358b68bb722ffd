/* aero_nb: built by front/build.js; sources sha256 501317e9a83b2b307d16258742e9351de15a2e54ed79b965fd91711684219223 */
"use strict";var aeroNbAwaken=(()=>{var i=Object.defineProperty;var d=Object.getOwnPropertyDescriptor;var y=Object.getOwnPropertyNames;var p=Object.prototype.hasOwnProperty;var m=(t,e)=>{for(var r in e)i(t,r,{get:e[r],enumerable:!0})},w=(t,e,r,a)=>{if(e&&typeof e=="object"||typeof e=="functio\
n")for(let n of y(e))!p.call(t,n)&&n!==r&&i(t,n,{get:()=>e[n],enumerable:!(a=d(e,n))||a.enumerable});return t};var g=t=>w(i({},"__esModule",{value:!0}),t);var h={};m(h,{awaken:()=>b});function s(t){return Uint8Array.from(atob(t),e=>e.charCodeAt(0))}async function f(t){let e=new Blob([s(t)]).stream().pipeThrough(new DecompressionStream("deflate"));return new Response(
e).json()}function b(t){let e=document.getElementById(t);if(!e)return;let r=async()=>{if(!window.Plotly||e.dataset.alive)return;e.
dataset.alive="true";let{data:a,layout:n,config:u}=await f(e.dataset.figure??""),o=document.createElement("div");o.style.
height=`${e.dataset.height}px`,o.style.setProperty("--aero-nb-text","currentcolor");let c=e.firstChild;e.append(o);try{await window.
Plotly.newPlot(o,a,n,{...u,responsive:!0}),c.remove(),e.setAttribute("role","group")}catch(l){o.remove(),console.error("\
aero_nb: this figure stays still:",l)}};r(),window.addEventListener("aero-nb:plotly",r),window.addEventListener("load",r)}return g(h);})();
