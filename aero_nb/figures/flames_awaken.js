/* aero_nb: built by front/build.js; sources sha256 501317e9a83b2b307d16258742e9351de15a2e54ed79b965fd91711684219223 */
"use strict";var aeroNbAwaken=(()=>{var A=Object.defineProperty;var ot=Object.getOwnPropertyDescriptor;var st=Object.getOwnPropertyNames;var it=Object.prototype.hasOwnProperty;var at=(o,t)=>{for(var e in t)A(o,e,{get:t[e],enumerable:!0})},lt=(o,t,e,n)=>{if(t&&typeof t=="object"||typeof t=="funct\
ion")for(let r of st(t))!it.call(o,r)&&r!==e&&A(o,r,{get:()=>t[r],enumerable:!(n=ot(t,r))||n.enumerable});return o};var ct=o=>lt(A({},"__esModule",{value:!0}),o);var Lt={};at(Lt,{awaken:()=>At,mount:()=>rt});function L(o,t){let e=[];for(let s=o.parent;s;s=s.parent)e.unshift(s);let n=e.map((s,i)=>({node:s,left:0,width:t,level:i,
rest:0})),r=(s,i,a,l)=>{if(n.push({node:s,left:i,width:a,level:l,rest:0}),l+1>=400)return;let d=Math.max(s.total,s.children.
reduce((m,{total:S})=>m+S,0)),c=a/(d||1),f=i,g=0;for(let m of s.children){if(m.total*c<.5)break;r(m,f,m.total*c,l+1),f+=
m.total*c,g+=1}let h=s.children.slice(g),y=h.reduce((m,{total:S})=>m+S,0)*c;y>=.5&&n.push({node:s,left:f,width:y,level:l+
1,rest:h.length})};return r(o,0,t,e.length),n}function R(o,t){let e=new Set,n=0,r=(s,i)=>{let a=t(s);a&&e.add(s),a&&!i&&
(n+=s.total);for(let l of s.children)r(l,i||a)};return r(o,!1),{nodes:e,total:n}}function P(o){let t=[],e={name:-1,place:-1,
group:!0,total:0,parent:null,children:[]},n=-1;o.parent.forEach((s,i)=>{n+=s;let a=t[n]??null,l=o.groups&&!a,c={name:o.name[i],
place:i,group:l,total:o.total[i],parent:a,children:[]};(a??e).children.push(c),t.push(c)});let r=s=>s.name<0?-1:s.total;
for(let s of[e,...t])s.children.sort((i,a)=>r(a)-r(i));if(e.children.length===1)return e.children[0];for(let s of e.children)
s.parent=e;return e.total=e.children.reduce((s,{total:i})=>s+i,0),e}var O=[[1e3,1,"ns"],[1e6,1e3,"µs"],[1e9,1e6,"ms"],[12e10,1e9,"s"],[72e11,6e10,"min"],[1728e11,36e11,"h"],[Number.POSITIVE_INFINITY,
864e11,"d"]],ut=O[O.length-1];function dt(o){return O.find(([t])=>o<t)??ut}function B(o){let[t,e]=Math.abs(o).toExponential(
20).split("e"),n=t.replace(".",""),r=n.slice(3),s="5".padEnd(r.length,"0"),i=Number(n.slice(0,3)),a=r>s||r===s&&i%2===1;
return+`${i+(a?1:0)}e${Number(e)-2}`}function x(o){let t=B(o);if(t===0)return"0";let e=Math.max(0,2-Math.floor(Math.log10(
Math.abs(t))));return t.toFixed(e)}function p(o){if(!Number.isFinite(o))return"?";let t=B(o),[,e,n]=dt(t);return`${o<0&&
t?"-":""}${x(Math.abs(o)/e)} ${n}`}function v(o){return Math.round(o).toString().replace(/\B(?=(\d{3})+$)/g,",")}function N(o,t,e=`${t}\
s`){return`${v(o)} ${o===1?t:e}`}function u(o,t={},...e){let n=document.createElement(o);for(let[r,s]of Object.entries(t))typeof s=="function"?n.addEventListener(
r,s):s!==null&&s!==!1&&s!==void 0&&n.setAttribute(r,String(s));return n.append(...e),n}var ht=/^[a-z][a-z ]*$/i;function W(o,t,{
text:e=o,...n}={}){let r=ht.test(e)&&!o.toLowerCase().includes(e.toLowerCase())?`${e}: ${o}`:o;return u("button",{type:"\
button",title:o,"aria-label":r,click:t,...n},e)}function D(o,t){let e;return()=>{clearTimeout(e),e=setTimeout(o,t)}}var I="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",M=class{constructor(t,e={}){this.
element=t;let n=t.getContext("2d",e);if(!n)throw new Error("this browser draws no canvas");this.context=n}element;context;r=1;get width(){
return this.element.width}get height(){return this.element.height}resize(t,e,n){let[r,s]=[Math.max(Math.round(t*n),1),Math.
max(Math.round(e*n),1)],i=this.width!==r||this.height!==s||this.r!==n;return this.r=n,i&&Object.assign(this.element,{width:r,
height:s}),i}};function z(o,t,e,n){if(e<=n)return t;let r=Array.from(t),s=a=>`${r.slice(0,a).join("")}…`,i=Math.floor(r.length*n/e);for(;i>=
2&&o.measureText(s(i)).width>n;)i-=1;return i>=2?s(i):""}var U=["#546c3c","#849c54","#a83c78","#b46c0c","#246c90","#189060","#c0300c","#6c78a8","#9c48c0","#e46c90","#a884c0","#3\
084f0"];var Bt=new TextEncoder;function F(o){return[1,3,5].map(t=>Number.parseInt(o.slice(t,t+2),16))}function ft(o){let[t,e,n]=F(o).map(r=>r/255).map(
r=>r<=.04045?r/12.92:((r+.055)/1.055)**2.4);return .2126*t+.7152*e+.0722*n}function mt(o){let t=ft(o)+.05;return 1.05/t>=
t/.05?"#ffffff":"#000000"}function H(o,t,e){let n=F(t);return`#${F(o).map((s,i)=>Math.round(s*e+n[i]*(1-e))).map(s=>s.toString(
16).padStart(2,"0")).join("")}`}function K(o,t){return o.map(e=>({fill:e,label:mt(e),edge:H(e,t,.6),faded:H(e,t,.22)}))}
var pt="#c0300c",E={light:{paper:"#ffffff",ink:"#1f2328",faint:"#59636e",line:"#d8dee4",grid:"#eceff2",lost:"#8c959f",band:"\
#f6f8fa",mark:"#0550ae",select:"#0550ae",shade:"rgba(5,80,174,0.12)",bad:pt},dark:{paper:"#111111",ink:"#e6edf3",faint:"\
#a8b1bb",line:"#3d444d",grid:"#23272d",lost:"#6e7681",band:"#1a1d21",mark:"#79c0ff",select:"#f0f6fc",shade:"rgba(121,192\
,255,0.18)",bad:"#ff7b72"}};function T(o){let t=o.match(/^\/(.+)\/([imsu]*)$/);try{return t&&new RegExp(t[1],t[2])}catch{return null}}function j(o){
return/[*+?{(]/.test(T(o)?.source??"")}function C(o,t){if(!o)return null;let e=t?.get(o);if(e)return s=>e.has(s);let n=T(
o);if(n)return s=>n.test(s);let r=o.toLowerCase();return s=>s.toLowerCase().includes(r)}var gt=1e3,bt=`onmessage = ({ data }) => {
  postMessage(null);
  postMessage(data.map(([expression, texts]) => texts.filter((text) => expression.test(text))));
}`,Y,k=class{#t=null;#a;async match(t){this.end();let e=new Map;if(!t.length)return e;try{let n=await this.#n(t.map(([r,
s])=>[T(r),[...s]]));return t.forEach(([r],s)=>{e.set(r,new Set([...e.get(r)??[],...n[s]]))}),e}finally{this.end()}}#n(t){
return new Promise((e,n)=>{let r=()=>n(new Error("not allowed here"));try{Y??=URL.createObjectURL(new Blob([bt],{type:"t\
ext/javascript"})),this.#t=new Worker(Y)}catch{return r()}this.#t.onerror=r,this.#t.onmessage=({data:s})=>{s?e(s):this.#a=
setTimeout(()=>n(new Error("stopped: too slow")),gt)},this.#t.postMessage(t)})}end(){clearTimeout(this.#a),this.#t?.terminate(),
this.#t=null}};var b=18,xt=24,$=class{constructor(t,e,n){this.root=t;this.words=e;this.options=n;this.theme=n.theme,this.#w=n.colors??U,
this.#e=t,this.#l=n.callers??null;let r="Search the flame graph: a text or /regular expression/";this.#i=u("input",{type:"\
search",placeholder:"search","aria-label":r,title:r}),this.#d=W("Show the whole flame graph",()=>this.#u(null),{text:"re\
set"});let s=u("p",{},this.#i,this.#d,this.#a);this.element=u("div",{class:"aero-flames"},s,this.#t,this.#n),this.#T()}root;words;options;element;theme;#t=u(
"canvas",{class:"aero-flame",role:"application",tabindex:"0"});#a=u("span",{role:"status"});#n=u("div",{class:"aero-tip",
hidden:!0});#i;#b=new k;#d;#x=new M(this.#t);#w;#s=[];#r=null;#e;#l;#o=null;#T(){let t=this.#t;this.#i.addEventListener(
"input",()=>this.#M(this.#i.value)),this.#i.addEventListener("keydown",e=>{e.key==="Escape"&&this.#i.value&&(this.#i.value=
"",this.#M("")),e.stopPropagation()}),t.addEventListener("mousemove",e=>this.#m(this.#f(e),e)),t.addEventListener("mouse\
leave",()=>this.#m(null)),t.addEventListener("click",e=>{let n=this.#f(e);n&&this.#u(n.node===this.#e&&!n.rest?n.node.parent??
n.node:n.node)}),t.addEventListener("contextmenu",e=>{let n=this.#f(e);!n||n.rest||!this.options.select||(e.preventDefault(),
this.options.select(n.node))}),t.addEventListener("keydown",e=>this.#L(e)),t.addEventListener("focus",()=>this.#c()),t.addEventListener(
"blur",()=>this.#c())}draw(){let t=Math.max(this.element.clientWidth-2,50),e=this.#N(this.root,this.options.callers??null,
t);this.#s=this.#N(this.#e,this.#l,t);let n=i=>1+i.reduce((a,{level:l})=>Math.max(a,l),0),r=Math.max(n(e),n(this.#s))*b;
Object.assign(this.#t.style,{width:`${t}px`,height:`${r}px`}),this.#x.resize(t,r,window.devicePixelRatio||1),this.#t.setAttribute(
"aria-label",`flame graph: ${this.words.whole}; arrow keys go from bar to bar, Enter zooms, Escape resets`),this.#d.hidden=
!this.#y,this.#c(),this.#m(null),this.#p()}get#y(){return this.#e!==this.root||this.#l!==(this.options.callers??null)}#N(t,e,n){
let r=e?L(e,n).filter(({level:a})=>a>0):[],s=r.reduce((a,{level:l})=>Math.max(a,l),0);return[...r.map(a=>({...a,level:s-
a.level})),...L(t,n).map(a=>({...a,level:a.level+s}))]}#c(){let{context:t,width:e,height:n,r}=this.#x,s=K(this.#w,this.theme.
paper);t.clearRect(0,0,e,n),t.font=`${11*r}px ${I}`,t.textBaseline="middle";for(let a of this.#s){let{left:l,width:d,level:c}=a,
{fill:f,label:g}=this.#k(a,s);if(t.fillStyle=f,t.fillRect(l*r,c*b*r,Math.max(d-(d>3?1:0),.5)*r,(b-1)*r),d<xt)continue;let h=this.#h(
a);t.fillStyle=g,t.fillText(z(t,h,t.measureText(h).width,(d-8)*r),(l+4)*r,(c+.5)*b*r)}let i=document.activeElement===this.#t||
this.#t.matches(":focus")?this.#o:null;i&&(t.strokeStyle=this.theme.select,t.lineWidth=2*r,t.strokeRect((i.left+1)*r,(i.
level*b+1)*r,Math.max(i.width-3,1)*r,(b-3)*r))}#k(t,e){let n=t.rest?-1:this.words.paint(t.node);if(n<0)return{fill:this.
theme.line,label:this.theme.ink};let{fill:r,faded:s,label:i}=e[n];return(this.#r?!this.#r.nodes.has(t.node):this.#$(t.node))?
{fill:s,label:this.theme.ink}:{fill:r,label:i}}#$(t){for(let e=this.#e.parent;e;e=e.parent)if(e===t)return!0;for(let e=this.#l?.
parent??null;e;e=e.parent)if(e===t)return!0;return!1}#h({node:t,rest:e}){return e?`${v(e)} more`:this.words.name(t)}#f({
offsetX:t,offsetY:e}){let n=Math.floor(e/b);return this.#s.find(r=>r.level===n&&t>=r.left&&t<r.left+r.width)??null}#E(t){
if(t.rest)return[this.#h(t),"too narrow to draw one by one: a click zooms"];let e=this.words.facts(t.node),n=this.#v(t.node.
total,this.#e.total);return[this.#h(t),...e,...this.#e===this.root?[]:[`${n} of what is zoomed into`]]}#v(t,e){return`${x(
100*t/(e||1))} %`}#m(t,e){if(this.#n.hidden=!t,!t||!e)return;this.#n.replaceChildren(...this.#E(t).map((d,c)=>u(c?"div":
"b",{},d)));let{offsetLeft:n,offsetTop:r}=this.#t,s=this.element.clientWidth-this.#n.offsetWidth-4,i=Math.min(n+e.offsetX+
12,s),a=e.clientY+18+this.#n.offsetHeight>window.innerHeight,l=r+e.offsetY+(a?-this.#n.offsetHeight-8:16);Object.assign(
this.#n.style,{left:`${Math.max(i,0)}px`,top:`${l}px`})}#p(){let t=document.activeElement===this.#t?this.#o:null,e=this.
options.select?", right click shows its longest span":"";this.#a.textContent=this.#r?this.#S(this.#r):t?this.#E(t).join(
", "):`click zooms into a bar${e}`}#S({nodes:t,total:e}){if(!t.size)return"no match";let n=p(e*this.words.unit);return`${N(
t.size,"bar")}: ${n}, ${this.#v(e,this.root.total)} of all`}#M(t){if(this.#b.end(),!j(t)){this.#g(C(t));return}this.#b.match(
[[t,this.#A()]]).then(e=>this.#g(C(t,e)),e=>{this.#g(null),this.#a.textContent=e.message})}#A(){let t=new Set,e=n=>(t.add(
this.words.name(n)),!1);for(let n of[this.root,this.options.callers])n&&R(n,e);return t}#g(t){let e=n=>R(n,r=>t?.(this.words.
name(r))??!1);if(this.#r=t&&e(this.root),this.#r&&this.options.callers){let n=e(this.options.callers);for(let r of n.nodes)
this.#r.nodes.add(r);this.#r.total=Math.max(this.#r.total,n.total)}this.#c(),this.#p()}#u(t){let{callers:e=null}=this.options,
n=t;for(;n?.parent;)n=n.parent;t?e&&n===e?this.#l=t:this.#e=t:[this.#e,this.#l]=[this.root,e],this.draw(),this.#o=t?this.#s.
find(r=>r.node===t&&!r.rest)??null:null,this.#c()}#L(t){if(!(t.ctrlKey||t.metaKey||t.altKey)){if(t.key==="Escape"&&this.#y)
this.#u(null);else if(t.key==="Enter"&&this.#o)this.#u(this.#o.node);else if(!this.#R(t.key))return;t.preventDefault(),t.
stopPropagation(),this.#c(),this.#p()}}#R(t){let n={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]}[t];
if(!n)return!1;let r=this.#o??this.#s.find(i=>i.node===this.#e)??this.#s[0],s=this.#s.filter(({level:i})=>i===r.level+n[1]).
filter(({left:i,width:a})=>n[0]?(i-r.left)*n[0]>0:i<r.left+r.width&&i+a>r.left).sort((i,a)=>Math.abs(i.left-r.left)-Math.
abs(a.left-r.left));return this.#o=this.#o?s[0]??this.#o:r,!0}};var G=`.aero-flames {
  position: relative;
}
.aero-flames p {
  margin: 0 0 4px;
  min-height: 22px;
  display: flex;
  flex-wrap: wrap;
  gap: 4px 6px;
  align-items: center;
  color: var(--faint);
}
.aero-flames input {
  width: 160px;
  flex: none;
}
.aero-flame {
  display: block;
  cursor: pointer;
}
.aero-flame:focus-visible {
  outline: none;
}
.aero-tip {
  position: absolute;
  z-index: 4;
  pointer-events: none;
  max-width: 420px;
  background: var(--paper);
  color: var(--ink);
  border: 1px solid var(--faint);
  border-radius: 4px;
  padding: 4px 8px;
  font-size: 12px;
  box-shadow: 0 2px 8px rgba(0, 0, 0, 0.25);
  overflow-wrap: anywhere;
  unicode-bidi: isolate;
}
.aero-flame-figure {
  position: relative;
  font:
    12px / 1.4 system-ui,
    -apple-system,
    "Segoe UI",
    Roboto,
    Arial,
    sans-serif;
  color: var(--ink);
}
.aero-heading {
  margin: 4px 0;
  font-size: 13px;
  font-weight: 600;
  overflow-wrap: anywhere;
  unicode-bidi: isolate;
  color: var(--ink);
}
.aero-flame-figure input,
.aero-flame-figure button {
  font: inherit;
  color: var(--ink);
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 4px;
  padding: 1px 6px;
  height: 22px;
  box-sizing: border-box;
  margin: 0;
}
.aero-flame-figure button {
  cursor: pointer;
  width: auto;
  background: var(--band);
}
.aero-flame-figure button:hover {
  border-color: var(--mark);
}
.aero-flame-figure [hidden] {
  display: none;
}
.aero-flame-figure input::placeholder {
  color: var(--faint);
  opacity: 1;
}
.aero-flame-figure :is(input, button):focus-visible {
  outline: 2px solid var(--mark);
}
`;var yt=50,Q=["load","transitionend"],Nt=127,X="aero-dark",_=":is(.aero-timeline,.aero-live,.aero-flame-figure)",Et=`${_}\
{${V(E.light)}}
${_}.${X}{${V(E.dark)}}`;function V(o){return Object.entries(o).map(([t,e])=>`--${t}:${e}`).join(";")}function J(o,t,e){
let n=o instanceof Document?o.head:o;n.querySelector(`#${t}`)||n.append(u("style",{id:t},`${Et}
${e}`))}function Z(o,t){let e=kt(t);return o.classList.toggle(X,e),e?E.dark:E.light}function vt(o){for(let t=o;t;t=t.parentElement??
Tt(t)){let[e,n,r,s]=Mt(getComputedStyle(t).backgroundColor);if(s>Nt)return[e,n,r]}return[255,255,255]}function Mt(o){let t=new OffscreenCanvas(
1,1).getContext("2d");return t?(t.fillStyle=o,t.fillRect(0,0,1,1),t.getImageData(0,0,1,1).data):new Uint8ClampedArray(4)}
function Tt(o){let t=o.getRootNode();return t instanceof ShadowRoot?t.host:null}function kt(o){let[t,e,n]=vt(o);return .299*
t+.587*e+.114*n<128}function q(o){let t=new MutationObserver(o),e=["class","style","data-jp-theme-name","data-theme"];for(let s of[
document.documentElement,document.body])t.observe(s,{attributes:!0,attributeFilter:e});let n=matchMedia("(prefers-color-\
scheme: dark)"),r=D(o,yt);n.addEventListener("change",r);for(let s of Q)document.addEventListener(s,r,!0);return()=>{t.disconnect(),
n.removeEventListener("change",r);for(let s of Q)document.removeEventListener(s,r,!0)}}var w=1e3;function tt(o,t,e){J(o.getRootNode(),"aero-nb-flame-style",G);let n=u("div",{class:"aero-flame-figure"},u("div",
{class:"aero-heading"},e));n.dataset.lmSuppressShortcuts="true";let r=new Map,s=t.parts.map(h=>{let y=P(h);return r.set(
y,h),{tree:y,towards:h.towards}}),i=s.find(({towards:h})=>h==="down")?.tree,a=s.find(({towards:h})=>h==="up")?.tree,l=()=>Z(
n,o),d=$t(t,r,i),c=new $(i,d,{theme:l(),colors:t.shades,callers:a});n.append(c.element),o.replaceChildren(n);let f=()=>{
c.theme=l(),c.draw()};f(),q(f);let g=n.clientWidth;new ResizeObserver(()=>{n.clientWidth!==g&&(g=n.clientWidth,c.draw())}).
observe(n)}function $t(o,t,e){let n=r=>{let s=r;for(;s.parent;)s=s.parent;return t.get(s)};return{name:r=>r.name>=0?o.names[r.
name]:r.place<0?"all":`${N(n(r).merged[r.place],"more","more")}`,paint:r=>r.name<0||r.group?-1:n(r).shade?.[r.place]??o.
colors[r.name],facts:r=>St(r,n(r),o.weight,e.total),unit:w,whole:p(e.total*w)}}function St(o,t,e,n){let r=`(${x(100*o.total/
(n||1))} %)`,{place:s}=o,[i,a]=[t.base?.[s],t.candidate?.[s]];if(i!==void 0&&a!==void 0){let d=i>0?` (${a<i?"−":"+"}${x(
100*Math.abs(a-i)/i)} %)`:" (new)";return[`${p(i*w)} → ${p(a*w)}${d}`]}let l=[`${e} ${p(o.total*w)} ${r}`];return s<0?
l:o.name<0?[...l,"left out one by one: each is too small"]:o.group?l:(t.self&&l.push(`self ${p(t.self[s]*w)}`),[...l,N(t.
count[s],"span")])}function et(o){return Uint8Array.from(atob(o),t=>t.charCodeAt(0))}async function nt(o){let t=new Blob([et(o)]).stream().pipeThrough(new DecompressionStream("deflate"));return new Response(
t).json()}async function At(o){let t=document.getElementById(o);!t||t.dataset.alive||(t.dataset.alive="true",await rt(t,t.dataset.
figure??"",t.dataset.title),t.setAttribute("role","group"))}async function rt(o,t,e){try{let n=await nt(t);window.Plotly?.
purge(o),tt(o,n,e||n.title)}catch(n){console.error("aero_nb: this figure stays still:",n)}}return ct(Lt);})();
