/* aero_nb: built by front/build.js; sources sha256 9c832e64033972a7ffb4ea2306841e5909c403b12756be305bc105c425c0cd58 */
"use strict";var aeroNbAwaken=(()=>{var s=Object.defineProperty;var d=Object.getOwnPropertyDescriptor;var u=Object.getOwnPropertyNames;var y=Object.prototype.hasOwnProperty;var w=(t,e)=>{for(var r in e)s(t,r,{get:e[r],enumerable:!0})},m=(t,e,r,a)=>{if(e&&typeof e=="object"||typeof e=="functio\
n")for(let n of u(e))!y.call(t,n)&&n!==r&&s(t,n,{get:()=>e[n],enumerable:!(a=d(e,n))||a.enumerable});return t};var p=t=>m(s({},"__esModule",{value:!0}),t);var b={};w(b,{awaken:()=>h});function i(t){return Uint8Array.from(atob(t),e=>e.charCodeAt(0))}async function g(t){let e=new Blob([i(t)]).stream().pipeThrough(new DecompressionStream("deflate"));return new Response(
e).json()}function h(t){let e=document.getElementById(t);if(!e)return;let r=async()=>{if(!window.Plotly||e.dataset.alive)
return;e.dataset.alive="true";let{data:a,layout:n,config:f}=await g(e.dataset.figure??""),o=document.createElement("div");
o.style.height=`${e.dataset.height}px`,o.style.setProperty("--aero-nb-text","currentcolor");let l=e.firstChild;e.append(
o);try{await window.Plotly.newPlot(o,a,n,{...f,responsive:!0}),l.remove()}catch(c){o.remove(),console.error("aero_nb: th\
is figure stays still:",c)}};r(),window.addEventListener("aero-nb:plotly",r),window.addEventListener("load",r)}return p(b);})();
