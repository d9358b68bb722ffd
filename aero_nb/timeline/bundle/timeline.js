/* aero_nb: built by front/build.js; sources sha256 bd493a671e9ad9f2905b9cc0bbd23a806e739d9c925f3799ef8eb7fd7611cc07 */
var Kt=new Set(["color_by","counter_mode"]),K=class{ask=null;#t;#e=new Map;constructor(t={}){this.#t=new Map(Object.entries(
t))}get(t){return this.#t.get(t)}set(t,e){if(this.#t.set(t,e),Kt.has(t))for(let n of this.#e.get(t)??[])n()}on(t,e){let n=this.#e.
get(t)??new Set;return this.#e.set(t,n.add(e)),()=>n.delete(e)}},F=class{constructor(t,e){this.model=t;this.ask=e}model;ask;#t=!1;get(t){
return this.model.get(t)}set(t,e){JSON.stringify(this.model.get(t))!==JSON.stringify(e)&&(this.#t=!Kt.has(t),this.model.
set(t,e),this.#t=!1,this.model.save_changes())}on(t,e){let n=()=>{this.#t||e()};return this.model.on(`change:${t}`,n),()=>this.
model.off(`change:${t}`,n)}};async function U(s){let t=new Blob([s]).stream().pipeThrough(new DecompressionStream("gzip"));return new Uint8Array(await new Response(
t).arrayBuffer())}function Ft(s,t){let{offset:e,count:n,width:o}=t,r=Array.from({length:o},(c,h)=>s.subarray(e+h*n,e+(h+
1)*n)),i=o===4?Ne(r,n):Re(r,n),[a,l]=t.exceptions;return a.forEach((c,h)=>{i[c]=l[h]}),i}function Ne([s,t,e,n],o){let r=new Float64Array(
o);for(let i=0;i<o;i+=1)r[i]=(s[i]|t[i]<<8|e[i]<<16)+n[i]*16777216;return r}function Re(s,t){let e=new Float64Array(t);return s.
forEach((n,o)=>{let r=256**o;for(let i=0;i<t;i+=1)e[i]+=n[i]*r}),e}function vt(s,{offset:t,count:e}){let n=new Uint8Array(
e*8);for(let o=0;o<8;o+=1){let r=t+o*e;for(let i=0;i<e;i+=1)n[i*8+o]=s[r+i]}return new Float64Array(n.buffer)}function Mt(s,t){
return t<=256?Uint8Array.from(s):t<=65536?Uint16Array.from(s):Uint32Array.from(s)}function w(s,t,e,n){let o=e,r=n;for(;o<r;){let i=o+r>>>1;s[i]<t?o=i+1:r=i}return o}function R(s){let t=0;for(let e=0;e<s.
length;e+=1)t+=s[e],s[e]=t;return s}function Tt(s,t){let e=(s.length-1)*t,n=Math.floor(e),o=Math.min(n+1,s.length-1);return s[n]+
(s[o]-s[n])*(e-n)}var W=8,G=class{zeroUs;durationNs;names;cats;processes;bands;rowStart;start;duration;name;cat;parent;instants;samples;flows;unfinished;size;rows;bandOfRow;end;#t;#e;#n=null;#s=null;#r=null;constructor(t){
let e=new DataView(t.buffer,t.byteOffset).getUint32(0,!0),n=JSON.parse(new TextDecoder().decode(t.subarray(4,4+e)));this.#t=
n,this.#e=t.subarray(4+e),this.zeroUs=n.zero_us,this.durationNs=n.duration_ns,this.names=n.names,this.cats=n.cats,this.processes=
n.processes,this.bands=n.bands.map((i,a)=>({...i,number:a})),this.rowStart=n.row_start,this.unfinished=new Set(n.unfinished);
let{sections:o}=n;this.start=R(this.#o("start")),this.duration=this.#o("duration"),this.name=Mt(this.#o("name"),this.names.
length),this.cat=Mt(this.#o("cat"),this.cats.length),this.parent=Int32Array.from(R(this.#o("parent")),i=>i-1),this.instants=
{time:R(this.#o("instant_time")),name:this.#o("instant_name"),scope:this.#o("instant_scope")},this.samples={time:R(this.#o(
"sample_time")),value:vt(this.#e,o.sample_value)};let r=(i,a)=>({span:this.#o(i).map(l=>l-1),time:vt(this.#e,o[a])});this.
flows=[r("flow_from","flow_from_time"),r("flow_to","flow_to_time")],this.size=this.start.length,this.rows=this.rowStart.
length-1,this.bandOfRow=new Int32Array(this.rows).fill(-1);for(let i of this.bands)i.rows&&this.bandOfRow.fill(i.number,
i.first_row,i.first_row+i.rows);this.end=this.durationNs+Math.max(Math.ceil(this.durationNs/500),1)}#o(t){let e=this.#t.
sections[t];if(!e)throw new Error(`the packed trace has no section "${t}"`);return Ft(this.#e,e)}get selfTime(){return this.#n??=
this.#a(),this.#n}#a(){let t=Float64Array.from(this.duration);for(let n=0;n<this.size;n+=1)this.parent[n]>=0&&(t[this.parent[n]]-=
this.duration[n]);let e=R(this.#o("self_at"));return this.#o("self_ns").forEach((n,o)=>{t[e[o]]=n}),t}get longestOfBlocks(){
return this.#s??=this.#i(),{block:W,longest:this.#s}}#i(){let{duration:t}=this,e=new Int32Array(Math.floor(this.size/W));
for(let n=0;n<e.length;n+=1){let o=n*W;for(let r=o+1;r<(n+1)*W;r+=1)t[r]>t[o]&&(o=r);e[n]=o}return e}rowOf(t){return w(this.
rowStart,t+1,0,this.rowStart.length)-1}bandOf(t){return this.bands[this.bandOfRow[this.rowOf(t)]]}endOf(t){return this.start[t]+
this.duration[t]}nameOf(t){return this.names[this.name[t]]}inRow(t,e,n){let o=this.rowStart[t],r=w(this.start,n,o,this.rowStart[t+
1]),i=w(this.start,e,o,r);return i>o&&this.endOf(i-1)>e&&(i-=1),[i,r]}children(t){let e=this.bandOf(t),n=[];for(let o=e.
first_row;o<e.first_row+e.rows;o+=1){let r=this.rowStart[o+1],i=w(this.start,this.start[t],this.rowStart[o],r);for(let a=i;a<
r&&this.start[a]<=this.endOf(t);a+=1)this.parent[a]===t&&n.push(a)}return n.sort((o,r)=>this.start[o]-this.start[r]||o-r)}ancestors(t){
let e=[];for(let n=this.parent[t];n>=0;n=this.parent[n])e.unshift(n);return e}argsText(t){if(!this.#t.sections.args_text)
return null;this.#r??={lines:this.#l("args_text").split(`
`),places:R(this.#o("args_at"))};let{lines:e,places:n}=this.#r,o=w(n,t,0,n.length);return n[o]===t?JSON.stringify(JSON.parse(
e[o]),null,1):""}#l(t){let e=this.#t.sections[t];return e?new TextDecoder().decode(this.#e.subarray(e.offset,e.offset+e.
count)):""}};var St=[[1e3,1,"ns"],[1e6,1e3,"µs"],[1e9,1e6,"ms"],[12e10,1e9,"s"],[72e11,6e10,"min"],[1728e11,36e11,"h"],[Number.POSITIVE_INFINITY,
864e11,"d"]],Ce=St[St.length-1];function V(s){return St.find(([t])=>s<t)??Ce}function kt(s){let[t,e]=Math.abs(s).toExponential(
20).split("e"),n=t.replace(".",""),o=n.slice(3),r="5".padEnd(o.length,"0"),i=Number(n.slice(0,3)),a=o>r||o===r&&i%2===1;
return+`${i+(a?1:0)}e${Number(e)-2}`}function j(s){let t=kt(s);if(t===0)return"0";let e=Math.max(0,2-Math.floor(Math.log10(
Math.abs(t))));return t.toFixed(e)}function x(s){if(!Number.isFinite(s))return"?";let t=kt(s),[,e,n]=V(t);return`${s<0&&
t?"-":""}${j(Math.abs(s)/e)} ${n}`}function S(s){return Math.round(s).toString().replace(/\B(?=(\d{3})+$)/g,",")}function L(s,t,e=`${t}\
s`){return`${S(s)} ${s===1?t:e}`}var Ie=[[1e12,"T"],[1e9,"G"],[1e6,"M"],[1e3,"k"]];function H(s,t=""){if(Number.isNaN(s))
return"?";if(!Number.isFinite(s))return s>0?"∞":"-∞";let e=kt(s),[n,o]=Ie.find(([r])=>e>=r)??[1,""];return`${s<0&&e?
"-":""}${j(Math.abs(s)/n)} ${o}${t}`.trimEnd()}function B(s){let t=Math.floor(Math.abs(s)/1e3),e=Math.round(Math.abs(s)-
t*1e3),n=e?`.${String(e).padStart(3,"0")}`:"";return`${s<0?"-":""}${S(t)}${n} µs`}function Ut(s,t){let[,e,n]=V(Math.abs(
s)),o=Math.max(Math.ceil(-Math.log10(t/e)),0),r=Math.min(o,Math.round(Math.log10(e)),9);return`${(s/e).toFixed(r)} ${n}`}
var _e=/(?!\u200d)[\p{Cf}\p{Cs}]/gu,$e=/[\p{Cc}\p{Zl}\p{Zp}]/gu;function b(s,t=80){let e=String(s).slice(0,2*t+2),n=Array.
from(e);return(n.length>t?`${n.slice(0,t-1).join("")}…`:e).replace($e," ").replace(_e,"�")||"(empty name)"}function Wt(s){let t=L(s.size,"span"),e=L(s.instants.time.length,"instant"),n=L(s.bands.length,"track");return`Timeline \
of ${x(s.durationNs)}: ${t}, ${e}, ${n}. Press ? for its keys.`}function Gt(s,t,e,n){let o=t.shownBands,r=0;for(let a of o)
for(let l=a.first_row;l<a.first_row+a.rows;l+=1){let[c,h]=s.inRow(l,e.t0,e.t1);r+=h-c}let i=`${n(e.t0)} to ${n(e.t1)}`;return`${L(
r,"span")} on ${L(o.length,"track")}, ${i}`}function Vt(s,t,e){let n=s.ancestors(t).length,o=`on ${b(s.bandOf(t).title)}\
 at ${e(s.start[t])}, depth ${n}`;return`${b(s.nameOf(t))}, ${x(s.duration[t])} ${o}`}function p(s,t={},...e){let n=document.createElement(s);for(let[o,r]of Object.entries(t))typeof r=="function"?n.addEventListener(
o,r):r!==null&&r!==!1&&r!==void 0&&n.setAttribute(o,String(r));return n.append(...e),n}function k(s,t,{text:e=s,...n}={}){
return p("button",{type:"button",title:s,"aria-label":s,click:t,...n},e)}function Y(s,t,e,n){let o=t.map(([i,a])=>p("opt\
ion",{value:i,selected:i===e},a)),r=p("select",{"aria-label":s,title:s},...o);return r.addEventListener("change",()=>n(r.
value)),r}var Be=24;function q(s,t,e){let n=(i,a,l)=>{let c=typeof a=="string"&&a.length>Be?a:null,h=i==="th"?"col":null;
return p(i,{class:l>=1?"aero-number":null,scope:h,title:c},a)},o=(i,a)=>p("tr",{},...a.map((l,c)=>n(i,l,c))),r=p("tbody",
{},...e.map(i=>o("td",i)));return p("table",{},p("caption",{},s),p("thead",{},o("th",t)),r)}function Z(s,t){let e;return()=>{
clearTimeout(e),e=setTimeout(s,t)}}var jt=`.aero-gutter {
  position: absolute;
  left: 0;
  top: var(--top);
  width: var(--gutter);
  bottom: 0;
  overflow: hidden;
  border-right: 1px solid var(--line);
  box-sizing: border-box;
  background: var(--paper);
}
.aero-base {
  position: absolute;
  left: 0;
  top: calc(var(--top) - 22px);
  width: var(--gutter);
  height: 20px;
  line-height: 20px;
  padding-right: 6px;
  box-sizing: border-box;
  text-align: right;
  color: var(--faint);
  white-space: nowrap;
  overflow: hidden;
}
.aero-names {
  position: relative;
}
.aero-line {
  position: absolute;
  left: 0;
  right: 0;
  top: 0;
  box-sizing: border-box;
  border-top: 1px solid var(--line);
  padding: 0 6px 0 2px;
  overflow: hidden;
  background: var(--paper);
}
.aero-process {
  background: var(--band);
  font-weight: 600;
  border-top: 0;
}
.aero-band {
  padding-left: 10px;
}
.aero-line small {
  color: var(--faint);
  font-size: 10px;
  padding-left: 16px;
  display: block;
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
}
.aero-line small:empty {
  display: none;
}
.aero-line.aero-pinned {
  z-index: 1;
}
.aero-name:has(+ .aero-kind) {
  padding-right: 42px;
}
.aero-line .aero-kind {
  position: absolute;
  right: 6px;
  top: 4px;
  padding: 0;
}
.aero-name {
  all: unset;
  box-sizing: border-box;
  display: block;
  width: 100%;
  padding: 1px 2px;
  cursor: pointer;
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
  font: inherit;
  unicode-bidi: isolate;
}
.aero-name::before {
  content: "▾";
  display: inline-block;
  width: 12px;
  color: var(--faint);
}
.aero-name[aria-expanded="false"]::before {
  content: "▸";
}
.aero-name:hover {
  color: var(--accent);
}
`;var Yt=`.aero-tip {
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
.aero-panel {
  position: relative;
  border-top: 1px solid var(--line);
  padding: 8px;
  display: flex;
  flex-wrap: wrap;
  gap: 8px 24px;
  max-height: 320px;
  overflow: auto;
  background: var(--paper);
  user-select: text;
}
.aero-facts {
  flex: 1 1 280px;
  min-width: 0;
  max-width: 520px;
}
.aero-facts h4 {
  margin: 0 0 4px;
  font-size: 13px;
  font-weight: 600;
  overflow-wrap: anywhere;
  unicode-bidi: isolate;
  color: var(--ink);
}
.aero-facts p {
  margin: 4px 0;
  overflow-wrap: anywhere;
}
.aero-timeline pre.aero-args {
  margin: 4px 0 0;
  padding: 4px 6px;
  background: var(--band);
  color: var(--ink);
  max-height: 120px;
  overflow: auto;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  font-size: 11px;
}
.aero-timeline pre.aero-args:empty {
  display: none;
}
.aero-table {
  flex: 1 1 480px;
  min-width: 0;
  max-height: 260px;
  overflow: auto;
}
.aero-timeline table {
  border-collapse: collapse;
  width: 100%;
  font-size: 12px;
  color: var(--ink);
  background: var(--paper);
  margin: 0;
  border: 0;
  table-layout: auto;
}
.aero-timeline caption {
  text-align: left;
  color: var(--faint);
  padding: 0 0 2px;
  caption-side: top;
}
.aero-timeline th,
.aero-timeline td {
  text-align: left;
  padding: 1px 8px 1px 0;
  border: 0;
  border-bottom: 1px solid var(--line);
  white-space: nowrap;
  vertical-align: top;
  max-width: 320px;
  overflow: hidden;
  text-overflow: ellipsis;
  unicode-bidi: isolate;
  background: var(--paper);
}
.aero-timeline td:first-child {
  max-width: 200px;
}
.aero-timeline th {
  color: var(--faint);
  font-weight: 600;
  position: sticky;
  top: 0;
}
.aero-timeline .aero-number {
  text-align: right;
  font-variant-numeric: tabular-nums;
}
.aero-timeline button.aero-link {
  border: 0;
  background: none;
  color: var(--accent);
  padding: 0;
  height: auto;
  cursor: pointer;
  max-width: 100%;
  overflow: hidden;
  text-overflow: ellipsis;
  vertical-align: bottom;
}
.aero-timeline button.aero-link:hover {
  text-decoration: underline;
}
.aero-timeline button.aero-close {
  position: absolute;
  right: 6px;
  top: 4px;
  z-index: 1;
  width: 22px;
  padding: 0;
}
`;var qt=`.aero-timeline {
  position: relative;
  display: block;
  width: 100%;
  font:
    12px / 1.35 system-ui,
    -apple-system,
    "Segoe UI",
    Roboto,
    Arial,
    sans-serif;
  --paper: #ffffff;
  --ink: #1f2328;
  --faint: #59636e;
  --line: #d8dee4;
  --band: #f6f8fa;
  --accent: #0550ae;
  color: var(--ink);
  background: var(--paper);
  outline: none;
  border: 1px solid var(--line);
  box-sizing: border-box;
}
.aero-timeline.aero-dark {
  --paper: #111111;
  --ink: #e6edf3;
  --faint: #a8b1bb;
  --line: #3d444d;
  --band: #1a1d21;
  --accent: #79c0ff;
  color-scheme: dark;
}
.aero-timeline:focus-visible,
.aero-timeline button:focus-visible,
.aero-timeline input:focus-visible,
.aero-timeline select:focus-visible,
.aero-timeline [tabindex]:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 0;
}
.aero-timeline [hidden] {
  display: none !important;
}
.aero-stage {
  position: relative;
  overflow: hidden;
  touch-action: none;
  user-select: none;
}
.aero-stage canvas {
  position: absolute;
  display: block;
}
.aero-stage .aero-rows,
.aero-stage .aero-over {
  left: var(--gutter);
  top: var(--top);
  width: calc(100% - var(--gutter) - var(--right));
  height: calc(100% - var(--top));
}
.aero-stage .aero-overview {
  left: var(--gutter);
  top: calc(var(--top) - 60px);
  width: calc(100% - var(--gutter) - var(--right));
  height: 36px;
  cursor: ew-resize;
  touch-action: none;
}
.aero-stage[data-drag="range"] {
  cursor: text;
}
.aero-stage .aero-over {
  cursor: default;
  pointer-events: none;
}
.aero-plot {
  position: absolute;
  inset: 0;
  pointer-events: none;
}
.aero-plot .main-svg,
.aero-plot .main-svg * {
  pointer-events: none !important;
}
.aero-plot .modebar-container {
  top: 2px !important;
}
.aero-plot .modebar,
.aero-plot .modebar * {
  pointer-events: all !important;
}
.aero-stage[data-drag="zoom"] .aero-plot .nsewdrag {
  pointer-events: all !important;
}
.aero-plot .modebar-btn:focus-visible {
  outline: 2px solid var(--accent);
}
.aero-scroller {
  position: absolute;
  right: 0;
  top: var(--top);
  bottom: 0;
  width: var(--right);
  overflow-x: hidden;
  overflow-y: auto;
  scrollbar-width: thin;
}
.aero-scroller > div {
  width: 1px;
}
@media (forced-colors: active) {
  .aero-timeline {
    border: 1px solid CanvasText;
  }
}
`;var Zt=`.aero-bar {
  position: absolute;
  left: 4px;
  top: 3px;
  right: 108px;
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
  align-items: center;
  white-space: nowrap;
}
.aero-timeline .aero-bar > * {
  flex: none;
}
.aero-timeline .aero-bar > .aero-find {
  position: relative;
  flex: 1 1 130px;
  max-width: 220px;
}
.aero-timeline .aero-find input {
  width: 100%;
}
.aero-timeline .aero-find input::-webkit-search-cancel-button {
  display: none;
}
.aero-timeline input,
.aero-timeline select,
.aero-timeline button:not(.aero-name) {
  font: inherit;
  color: var(--ink);
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 4px;
  padding: 1px 6px;
  height: 22px;
  box-sizing: border-box;
  margin: 0;
  width: auto;
}
.aero-timeline button:not(.aero-name) {
  cursor: pointer;
  background: var(--band);
}
.aero-timeline button:not(.aero-name):hover {
  border-color: var(--accent);
}
.aero-timeline input[type="checkbox"] {
  height: auto;
  margin-right: 4px;
  accent-color: var(--accent);
}
.aero-timeline input::placeholder {
  color: var(--faint);
  opacity: 1;
}
.aero-said {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.aero-status {
  position: absolute;
  right: 2px;
  top: 2px;
  height: 18px;
  line-height: 18px;
  padding: 0 4px;
  color: var(--faint);
  background: var(--paper);
  pointer-events: none;
}
.aero-status:empty {
  display: none;
}
.aero-word {
  color: var(--faint);
  white-space: normal;
  overflow-wrap: anywhere;
}
.aero-menu {
  position: absolute;
  right: 16px;
  top: calc(var(--top) - 60px);
  z-index: 5;
  width: 360px;
  max-width: calc(100% - 24px);
  max-height: calc(100% - var(--top) + 48px);
  overflow: auto;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 6px;
  padding: 8px;
  box-sizing: border-box;
  box-shadow: 0 4px 16px rgba(0, 0, 0, 0.25);
  user-select: text;
}
.aero-menu p {
  margin: 0 0 6px;
  display: flex;
  gap: 4px;
  flex-wrap: wrap;
}
.aero-list > div {
  display: flex;
  justify-content: space-between;
  gap: 6px;
  padding: 1px 0;
  align-items: center;
}
.aero-list label,
.aero-list .aero-link {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
  flex: 1;
  text-align: left;
  unicode-bidi: isolate;
}
.aero-list label {
  display: flex;
  align-items: center;
}
.aero-list span {
  display: flex;
  gap: 3px;
}
.aero-timeline dl {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 1px 10px;
  margin: 4px 0;
}
.aero-timeline dl > dt {
  color: var(--faint);
  margin: 0;
  width: auto;
  float: none;
  font-weight: normal;
  white-space: nowrap;
}
.aero-timeline dl > dd {
  margin: 0;
  width: auto;
  float: none;
  overflow-wrap: anywhere;
  font-variant-numeric: tabular-nums;
}
`;function Ue(s,t,e){let{time:n,value:o}=s.samples,r=t.first_item,i=r+t.items;if(e==="level")return{time:n.subarray(r,i),value:o.
subarray(r,i)};let a=n.slice(r+1,i),l=a.map((c,h)=>{let d=o[r+h+1]-o[r+h];return e==="delta"?d:d/((c-n[r+h])/1e9)});return{
time:a,value:l}}var J=class{constructor(t){this.store=t}store;#t=new Map;get(t,e){let n=`${t.number} ${e}`,o=this.#t.get(
n);if(o)return o;let r=Ue(this.store,t,e);return this.#t.set(n,r),r}};function Jt({time:s,value:t},e,n,o){let r=new Float64Array(
o).fill(1/0),i=new Float64Array(o).fill(-1/0),a=new Float64Array(o).fill(Number.NaN),l=o/(n-e),c=Math.max(w(s,e,0,s.length)-
1,0);for(let h=c;h<s.length&&s[h]<n;h+=1){let d=Math.min(Math.max(Math.floor((s[h]-e)*l),0),o-1);Number.isFinite(t[h])&&
(t[h]<r[d]&&(r[d]=t[h]),t[h]>i[d]&&(i[d]=t[h]),a[d]=t[h])}return{low:r,high:i,last:a}}function Xt({low:s,high:t,last:e}){
if(e.every(Number.isNaN))return null;let n=0,o=0;for(let r=0;r<s.length;r+=1)s[r]<n&&(n=s[r]),t[r]>o&&(o=t[r]);return[n,
o]}function Qt({time:s,value:t},e){let n=w(s,e,0,s.length),o=n<s.length&&s[n]===e?n:n-1;return o>=0?t[o]:Number.NaN}var X=class{constructor(t){this.store=t;this.order=t.bands.map(e=>e.number),t.processes.forEach((e,n)=>{e.closed&&this.closed.
add(n)}),this.arrange()}store;hidden=new Set;pinned=new Set;collapsed=new Set;closed=new Set;order;strips=[];pinnedHeight=0;height=0;arrange(){
let{bands:t,processes:e}=this.store,n=this.order.filter(r=>!this.hidden.has(r)).map(r=>t[r]);this.strips=[],this.height=
0;for(let r of n)this.pinned.has(r.number)&&this.addBand(r,!0);this.pinnedHeight=this.height;let o=n.filter(r=>!this.pinned.
has(r.number));for(let r of new Set(o.map(i=>i.process))){let i={kind:"process",process:r,title:e[r].title,pinned:!1};if(this.
add({...i,y:this.height,height:20}),!this.closed.has(r))for(let a of o)a.process===r&&this.addBand(a,!1)}}addBand(t,e){this.
add({kind:"band",band:t,pinned:e,rows:this.inside(t),y:this.height,height:this.heightOf(t)})}add(t){this.strips.push(t),
this.height+=t.height}heightOf(t){return this.collapsed.has(t.number)?24:t.kind==="counter"?48:20+t.rows*16+4}inside(t){
if(t.kind==="counter")return[];let e=this.collapsed.has(t.number),n=e?Math.min(t.rows,1):t.rows;return Array.from({length:n},
(o,r)=>({row:t.first_row+r,top:e?6:20+r*16,height:e?10:15}))}get shownBands(){return this.strips.flatMap(t=>t.kind==="ba\
nd"?[t.band]:[])}at(t,e){let n=t<this.pinnedHeight?t:t+e,o=this.strips.find(({y:r,height:i})=>n>=r&&n<r+i);return o?{strip:o,
inner:n-o.y}:null}stripOf(t){return this.strips.find(e=>e.kind==="band"&&e.band===t)}toggle(t,e){t.delete(e)||t.add(e),this.
arrange()}collapseAll(t){if(this.collapsed.clear(),t)for(let e of this.order)this.collapsed.add(e);this.arrange()}uncover(t){
let e=this.hidden.delete(t.number),n=this.collapsed.delete(t.number),o=this.closed.delete(t.process),r=e||n||o;return r&&
this.arrange(),r}move(t,e){let n=this.order.filter(a=>this.store.bands[a].process===t.process),o=n[n.indexOf(t.number)+e];
if(o===void 0)return;let[r,i]=[this.order.indexOf(t.number),this.order.indexOf(o)];[this.order[r],this.order[i]]=[this.order[i],
this.order[r]],this.arrange()}get shown(){let{bands:t}=this.store;return!this.hidden.size&&this.order.every((n,o)=>n===o)?
null:this.order.filter(n=>!this.hidden.has(n)).map(n=>t[n].track)}showOnly(t){let{bands:e}=this.store,n=e.map(r=>r.number),
o=t?.map(r=>e.findIndex(i=>i.track===r)).filter(r=>r>=0);if(this.hidden.clear(),o)for(let r of n)o.includes(r)||this.hidden.
add(r);this.order=o?[...o,...this.hidden]:n,this.arrange()}};function te({context:s,r:t},e,{x0:n,box0:o,x1:r,box1:i}){let[a,l]=[o,i].map(d=>d.top+d.height/2),c=Math.max(Math.abs(r-n)/
2,20*t),h=6*t;for(let[d,u]of[[e.paper,4*t],[e.select,1.6*t]])s.strokeStyle=d,s.fillStyle=d,s.lineWidth=u,s.beginPath(),s.
moveTo(n,a),s.bezierCurveTo(n+c,a,r-c,l,r-h,l),s.stroke();s.beginPath(),s.moveTo(r,l),s.lineTo(r-h,l-h/1.6),s.lineTo(r-h,
l+h/1.6),s.fill()}var O="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",I=class{constructor(t,e={}){this.
element=t;let n=t.getContext("2d",e);if(!n)throw new Error("this browser draws no canvas");this.context=n}element;context;r=1;get width(){
return this.element.width}get height(){return this.element.height}resize(t,e,n){let[o,r]=[Math.max(Math.round(t*n),1),Math.
max(Math.round(e*n),1)],i=this.width!==o||this.height!==r||this.r!==n;return this.r=n,i&&Object.assign(this.element,{width:o,
height:r}),i}};function ee(s,t,e,n){if(e<=n)return t;let o=Array.from(t),r=a=>`${o.slice(0,a).join("")}…`,i=Math.floor(
o.length*n/e);for(;i>=2&&s.measureText(r(i)).width>n;)i-=1;return i>=2?r(i):""}var Q=class{constructor(t,e){this.target=t;this.state=e}target;state;#t(t){let{t0:e,duration:n}=this.state.view;return(t-
e)/n*this.target.width}draw(){let{context:t,width:e,height:n,r:o}=this.target,{notes:r,range:i,selected:a,pointer:l}=this.
state;t.clearRect(0,0,e,n),t.font=`${11*o}px ${O}`,t.textBaseline="middle";for(let c of r)this.#n(c);i&&this.#e(...i),a>=
0&&(this.#i(a),this.#a(a)),l&&this.#s(l.time)}#e(t,e){let{context:n,height:o,r}=this.target,{theme:i}=this.state,[a,l]=[
this.#t(t),this.#t(e)];n.fillStyle=i.shade,n.fillRect(a,0,l-a,o),n.fillStyle=i.select;for(let c of[a,l])n.fillRect(Math.
round(c),0,Math.max(Math.round(r),1),o);this.#o(x(e-t),(a+l)/2,26*r,!0)}#n({start:t,duration:e,text:n}){let{context:o,width:r,
height:i,r:a}=this.target,{theme:l}=this.state,[c,h]=[this.#t(t),this.#t(t+e)];h<0||c>r||(o.fillStyle=l.shade,o.fillRect(
c,0,Math.max(h-c,0),i),o.fillStyle=l.mark,o.fillRect(Math.round(c),0,Math.max(Math.round(1.5*a),1),i),this.#o(b(n,40),Math.
max(c,0)+2*a,i-10*a,!1))}#s(t){let{context:e,height:n,r:o}=this.target,r=Math.round(this.#t(t));e.fillStyle=this.state.theme.
faint,e.fillRect(r,0,Math.max(Math.round(o),1),n),this.#o(this.state.moment(t),r+4*o,8*o,!1),this.#r(t)}#r(t){let{state:e}=this,
{height:n,r:o}=this.target;for(let r of e.layout.strips){if(r.kind!=="band"||r.band.kind!=="counter")continue;let i=(r.pinned?
r.y:r.y-e.scroll)+44/2;if(e.layout.collapsed.has(r.band.number)||i<0||i*o>n)continue;let a=Qt(e.counters.get(r.band,e.counterMode),
t),l=H(a,e.counterUnit(r.band.unit));Number.isNaN(a)||this.#o(l,this.#t(t)+4*o,i*o,!1)}}#o(t,e,n,o){let{context:r,width:i,
r:a}=this.target,{theme:l}=this.state,c=r.measureText(t).width+8*a,h=e+c>i?e-c-8*a:e,d=o?e-c/2:h,u=Math.min(Math.max(d,0),
Math.max(i-c,0));r.fillStyle=l.band,r.fillRect(u,n-8*a,c,16*a),r.strokeStyle=l.line,r.lineWidth=a,r.strokeRect(u,n-8*a,c,
16*a),r.fillStyle=l.ink,r.fillText(t,u+4*a,n+a/2)}#a(t){let e=this.boxOf(t);if(!e)return;let{context:n,r:o}=this.target;
n.strokeStyle=this.state.theme.select,n.lineWidth=2*o,n.strokeRect(e.left-o,e.top-o,Math.max(e.right-e.left,o)+2*o,e.height+
2*o)}boxOf(t){let{store:e,layout:n,scroll:o}=this.state,{width:r,r:i}=this.target,a=e.rowOf(t),l=n.stripOf(e.bands[e.bandOfRow[a]]),
c=l?.rows.find(m=>m.row===a);if(!l||!c)return null;let h=(l.pinned?l.y:l.y-o)+c.top,d=Math.max(this.#t(e.start[t]),-8),u=Math.
min(this.#t(e.endOf(t)),r+8);return{left:d,right:u,top:h*i,height:c.height*i}}#i(t){let[e,n]=this.state.store.flows;for(let o=0;o<
e.span.length;o+=1){if(e.span[o]!==t&&n.span[o]!==t)continue;let r=e.span[o]>=0?this.boxOf(e.span[o]):null,i=n.span[o]>=
0?this.boxOf(n.span[o]):null;if(!r||!i)continue;let a={x0:this.#t(e.time[o]),box0:r,x1:this.#t(n.time[o]),box1:i};te(this.
target,this.state.theme,a)}}};var z=["#546c3c","#849c54","#a83c78","#b46c0c","#246c90","#189060","#c0300c","#6c78a8","#9c48c0","#e46c90","#a884c0","#3\
084f0"],Lt=["#2f6fd0","#4473bb","#5876a6","#6a7991","#7c7c7c","#8f7a62","#a27648","#b5702c","#c9660a"],We=new TextEncoder;
function _(s){let t=2166136261;for(let e of We.encode(s.slice(0,512)).subarray(0,256))(e<48||e>57)&&(t=Math.imul(t^e,16777619));
return(Math.imul(t,3273)>>>16)%z.length}function At(s){return[1,3,5].map(t=>Number.parseInt(s.slice(t,t+2),16))}function Ge(s){
let[t,e,n]=At(s).map(o=>o/255).map(o=>o<=.04045?o/12.92:((o+.055)/1.055)**2.4);return .2126*t+.7152*e+.0722*n}function Ve(s){
let t=Ge(s)+.05;return 1.05/t>=t/.05?"#ffffff":"#000000"}function C(s,t,e){let n=At(t);return`#${At(s).map((r,i)=>Math.round(
r*e+n[i]*(1-e))).map(r=>r.toString(16).padStart(2,"0")).join("")}`}function ne(s,t){return s.map(e=>({fill:e,label:Ve(e),
edge:C(e,t,.6),faded:C(e,t,.22)}))}var P={light:{paper:"#ffffff",ink:"#1f2328",faint:"#59636e",line:"#d8dee4",grid:"#ece\
ff2",lost:"#8c959f",band:"#f6f8fa",mark:"#0550ae",select:"#0550ae",shade:"rgba(5,80,174,0.12)"},dark:{paper:"#111111",ink:"\
#e6edf3",faint:"#a8b1bb",line:"#3d444d",grid:"#23272d",lost:"#6e7681",band:"#1a1d21",mark:"#79c0ff",select:"#f0f6fc",shade:"\
rgba(121,192,255,0.18)"}};var je=36,Ye=.02,qe=1/300,tt=class{constructor(t,e){this.target=t;this.state=e;this.#e()}target;state;#t=null;draw(t,e){
let{store:n,theme:o}=this.state;this.target.resize(t,je,e);let{context:r,width:i,height:a}=this.target;r.fillStyle=o.band,
r.fillRect(0,0,i,a);let l=n.bands.filter(h=>h.rows),c=Math.max(a/Math.max(l.length,1),1);l.forEach((h,d)=>{let u=Ze(n,h.
first_row,i);r.fillStyle=C(o.ink,o.band,.8);for(let m=0;m<i;m+=1)u[m]!==0&&(r.globalAlpha=.25+.75*Math.min(u[m],1),r.fillRect(
m,Math.floor(d*c),1,Math.max(Math.ceil(c)-1,1)))}),r.globalAlpha=1,this.#t=r.getImageData(0,0,i,a),this.mark()}mark(){if(!this.#t)
return;let{context:t,width:e,height:n}=this.target,{view:o,store:r,theme:i}=this.state;t.putImageData(this.#t,0,0);let a=o.
t0/r.end*e,l=Math.max(o.t1/r.end*e,a+3);t.fillStyle=C(i.paper,i.faint,.5),t.globalAlpha=.55,t.fillRect(0,0,a,n),t.fillRect(
l,0,e-l,n),t.globalAlpha=1,t.strokeStyle=i.select,t.lineWidth=2,t.strokeRect(a+1,1,Math.max(l-a-2,1),n-2)}#e(){let{element:t}=this.
target,e=null;t.addEventListener("pointerdown",n=>{e=this.#s(this.#n(n)),t.setPointerCapture(n.pointerId),n.preventDefault()}),
t.addEventListener("pointermove",n=>{e&&this.#r(e,this.#n(n))}),t.addEventListener("pointerup",n=>{e?.kind==="draw"&&!e.
drawn&&this.#o(this.#n(n)),e=null}),t.addEventListener("lostpointercapture",()=>{e=null})}#n(t){let e=this.target.element.
getBoundingClientRect();return(t.clientX-e.left)/e.width*this.state.store.end}#s(t){let{view:e,store:n}=this.state,o=e.duration>
.98*n.end;return t>=e.t0&&t<=e.t1&&!o?{kind:"window",offset:t-e.t0}:{kind:"draw",from:t,drawn:!1}}#r(t,e){let{view:n,store:o}=this.
state;t.kind==="window"?n.show(e-t.offset,e-t.offset+n.duration):Math.abs(e-t.from)>o.end*qe&&(n.show(Math.min(e,t.from),
Math.max(e,t.from)),t.drawn=!0)}#o(t){let{view:e}=this.state,n=e.duration/2;e.show(t-n,t+n)}};function Ze(s,t,e){let n=new Float64Array(
e),o=e/s.end;for(let r=s.rowStart[t];r<s.rowStart[t+1];r+=1){let i=s.start[r]*o,a=Math.max(s.endOf(r)*o,i+Ye);for(let l=Math.
floor(i);l<a&&l<e;l+=1)n[l]+=Math.min(a,l+1)-Math.max(i,l)}return n}var D=class{constructor(t){this.width=t;this.#t=new Float64Array(t),this.span=new Int32Array(t)}width;span;wide=[];#t;draw(t,e,n,o,r=null){
let{width:i,span:a}=this,{start:l,duration:c,name:h}=t,d=r===null?t.longestOfBlocks:null,u=i/(o-n);a.fill(-1),this.wide.
length=0;let[m,f]=t.inRow(e,n,o);for(let g=m;g<f;g+=1){let A=(l[g]-n)*u;if(d!==null&&g%d.block===0&&g+d.block<=f&&A>=0){
let y=A|0,T=g+d.block-1;if((l[T]+c[T]-n)*u<=y+1&&y<i){let N=d.longest[g/d.block];this.#e(y,N,c[N]),g=T;continue}}let E=A>
0?Math.min(A|0,i-1):0,v=(l[g]+c[g]-n)*u,M=v<i?Math.max(Math.ceil(v),E+1):i;if(M-E>=3)this.wide.push(g,E,M);else{let y=r?.[h[g]]?
c[g]+1e18:c[g];for(let T=E;T<M;T+=1)this.#e(T,g,y)}}}#e(t,e,n){this.span[t]>=0&&n<=this.#t[t]||(this.#t[t]=n,this.span[t]=
e)}};function oe(s,t,e,n){let[o,r]=s.inRow(t,e,n),i=new Map,a=0;for(let d=o;d<r;d+=1){let u=Math.min(s.endOf(d),n)-Math.
max(s.start[d],e);a+=u,i.set(s.name[d],(i.get(s.name[d])??0)+u)}let l=-1,c=-1;for(let[d,u]of i)u>c&&([l,c]=[d,u]);let h=a>
0?c/a:1/Math.max(r-o,1);return{count:r-o,first:o,name:l,share:h}}function re({context:s,width:t,r:e},n,{band:o},r){let{view:i,theme:a}=n,l=Jt(n.counters.get(o,n.counterMode),i.t0,i.t1,t),
c=Xt(l);if(n.scales.set(o.number,c),!c)return;let[h,d]=c,[u,m]=[(r+44-2)*e,(r+6)*e],f=y=>Math.round(u-(y-h)/(d-h||1)*(u-
m)),g=z[_(o.label)],A=f(0),E=[],v=Number.NaN;s.fillStyle=C(g,a.paper,.25);for(let y=0;y<t;y+=1){let T=!Number.isNaN(l.last[y]);
if(!T&&Number.isNaN(v))continue;let N=T?l.last[y]:v,$=f(N);s.fillRect(y,Math.min($,A),1,Math.abs($-A));let[Oe,Pe]=T?[f(l.
high[y]),f(l.low[y])]:[$,$],Dt=Number.isNaN(v)?$:f(v);E.push([y,Math.min(Oe,Dt),Math.max(Pe,Dt)]),v=N}s.fillStyle=g;let M=Math.
max(Math.round(e),1);for(let[y,T,N]of E)s.fillRect(y,T,1,N-T+M)}function se({context:s,r:t},e,n,o,r,i){let a=Math.min(4*t,(o-n)/2);s.fillStyle=e,s.beginPath();for(let l=r;l<r+i;l+=2*a)
s.moveTo(o,l),s.lineTo(o-a,l+a),s.lineTo(o,l+2*a);s.fill()}function ie({context:s,width:t,r:e},n,o,r){let{store:i,view:a,
theme:l}=n,{found:c}=n.search,{time:h,name:d}=i.instants,u=o.first_item+o.items,m=t/a.duration,f=4*e,[g,A]=[(r+3)*e,(r+20-
3)*e],E=-1;for(let v=w(h,a.t0,o.first_item,u);v<u&&h[v]<=a.t1;v+=1){let M=Math.round((h[v]-a.t0)*m);M===E&&!c||(E=M,s.fillStyle=
c===null||c[d[v]]?l.mark:l.line,s.fillRect(M,g,Math.max(Math.round(e),1),A-g),s.beginPath(),s.moveTo(M-f,g),s.lineTo(M+f+
e,g),s.lineTo(M+e/2,g+1.6*f),s.fill())}}function ae({context:s,width:t,r:e},n,o,r){let{view:i,theme:a}=n,l=t/i.duration,
[c,h]=[r*e,o.height*e];for(let[d,u]of o.band.lost){let m=Math.max((d-i.t0)*l,0),f=Math.min((u-i.t0)*l,t);if(!(f<=m)){s.save(),
s.beginPath(),s.rect(m,c,f-m,h),s.clip(),s.strokeStyle=a.lost,s.lineWidth=e,s.beginPath();for(let g=Math.floor((m-h)/(8*
e))*8*e;g<f;g+=8*e)s.moveTo(g,c+h),s.lineTo(g+h,c);s.stroke(),s.restore()}}}var Je=22,Xe=11,et=class{constructor(t,e){this.target=t;this.state=e;this.setColors("name",P.light)}target;state;mode="n\
ame";#t=new D(1);#e=P.light;paints=[];#n=()=>0;#s=new Map;resize(t,e,n){this.target.resize(t,e,n)&&(this.#t=new D(this.target.
width),this.#s.clear())}setColors(t,e){this.mode=t,this.#e=e,this.paints=ne(t==="self"?Lt:z,e.paper),this.#n=Qe(t,this.state.
store)}paint(){let{layout:t,scroll:e}=this.state,{context:n,width:o,height:r,r:i}=this.target;n.fillStyle=this.#e.paper,
n.fillRect(0,0,o,r),n.font=`${11*i}px ${O}`,n.textBaseline="middle",this.#r();for(let a of t.strips){let l=a.pinned?a.y:
a.y-e,c=a.pinned?0:t.pinnedHeight;l+a.height<=c||l>=r/i||(n.save(),n.beginPath(),n.rect(0,Math.round(c*i),o,r),n.clip(),
this.#o(a,l),n.restore())}}#r(){let{ticks:t,view:e}=this.state,{context:n,width:o,height:r,r:i}=this.target;n.fillStyle=
this.#e.grid;for(let a of t.values)n.fillRect(Math.round((a-e.t0)/e.duration*o),0,Math.ceil(i),r)}#o(t,e){let{context:n,
width:o,r}=this.target,i=t.kind==="process";n.fillStyle=i?this.#e.band:this.#e.line,n.fillRect(0,Math.round(e*r),o,Math.
round((i?t.height:1)*r)),i||this.#a(t,e)}#a(t,e){let{r:n,height:o}=this.target;if(ae(this.target,this.state,t,e),t.band.
kind==="counter"){this.state.layout.collapsed.has(t.band.number)||re(this.target,this.state,t,e);return}for(let{row:r,top:i,
height:a}of t.rows){let l=Math.round((e+i)*n),c=Math.max(Math.round(a*n),1);l+c>0&&l<o&&this.#i(r,l,c)}ie(this.target,this.
state,t.band,e)}#i(t,e,n){let{store:o,view:r,search:i}=this.state,{context:a}=this.target;this.#t.draw(o,t,r.t0,r.t1,i.found);
let{width:l,span:c,wide:h}=this.#t,d=0,u="";for(let m=0;m<=l;m+=1){let f=m<l&&c[m]>=0?this.#l(c[m],i.found):"";f!==u&&(u&&
(a.fillStyle=u,a.fillRect(d,e,m-d,n)),d=m,u=f)}for(let m=0;m<h.length;m+=3)this.#c(h[m],h[m+1],h[m+2],e,n)}#l(t,e){let n=this.
paints[this.#n(t)];return e!==null&&!e[this.state.store.name[t]]?n.faded:n.fill}#c(t,e,n,o,r){let{context:i,r:a}=this.target,
{store:l,search:c}=this.state,h=this.paints[this.#n(t)],d=c.found!==null&&!c.found[l.name[t]];i.fillStyle=d?h.faded:h.fill,
i.fillRect(e,o,n-e,r),!d&&n-e>4*a&&e>0&&(i.fillStyle=h.edge,i.fillRect(e,o,Math.max(Math.round(a/2),1),r)),l.unfinished.
has(t)&&se(this.target,this.#e.paper,e,n,o,r),n-e>Je*a&&r>Xe*a&&(i.fillStyle=d?this.#e.ink:h.label,this.#h(l.name[t],e+4*
a,o+r/2+a/2,n-e-7*a))}#h(t,e,n,o){let{context:r}=this.target,{text:i,width:a}=this.#d(t);r.fillText(ee(r,i,a,o),e,n)}#d(t){
let e=this.#s.get(t);if(e)return e;let n=b(this.state.store.names[t]),o={text:n,width:this.target.context.measureText(n).
width};return this.#s.set(t,o),o}};function Qe(s,t){if(s==="self"){let o=Lt.length-1,{duration:r,selfTime:i}=t;return a=>Math.
round((r[a]?i[a]/r[a]:1)*o)}if(s==="thread"){let o=Uint8Array.from(t.bands,r=>_(r.title));return r=>o[t.bandOfRow[t.rowOf(
r)]]}let e=Uint8Array.from(s==="cat"?t.cats:t.names,_),n=s==="cat"?t.cat:t.name;return o=>e[n[o]]}function tn(s){if(!s)return null;let t=s.match(/^\/(.+)\/([imsu]*)$/);if(t)try{let n=new RegExp(t[1],t[2]);return o=>n.test(
o)}catch{}let e=s.toLowerCase();return n=>n.toLowerCase().includes(e)}var nt=class{constructor(t){this.store=t}store;query="";found=null;count=0;at=-1;span=-1;find(t){
let{store:e}=this,n=tn(t);if(this.query=t,this.at=-1,this.span=-1,this.count=0,this.found=n&&Uint8Array.from(e.names,o=>n(
o)?1:0),this.found)for(let o=0;o<e.size;o+=1)this.count+=this.found[e.name[o]]}step(t,e){if(!this.count)return-1;let{start:n}=this.
store,o=this.span<0?this.beside(e,-1,t):this.beside(n[this.span],this.span,t);return o<0&&(o=this.beside(t>0?-1/0:1/0,-1,
t)),this.at=this.span<0?this.rankOf(o):(this.at+t+this.count)%this.count,this.span=o,o}beside(t,e,n){let{start:o}=this.store,
r=(a,l)=>n*(o[a]-o[l]||a-l)<0,i=-1;for(let a=0;a<this.store.rows;a+=1){let l=n>0?this.nextInRow(a,t,e):this.previousInRow(
a,t,e);l>=0&&(i<0||r(l,i))&&(i=l)}return i}nextInRow(t,e,n){let{start:o,name:r,rowStart:i}=this.store,a=i[t+1];for(let l=w(
o,e,i[t],a);l<a;l+=1){let c=o[l]===e&&l<=n;if(this.found?.[r[l]]&&!c)return l}return-1}previousInRow(t,e,n){let{start:o,
name:r,rowStart:i}=this.store,a=i[t+1],l=w(o,e,i[t],a);for(;l<a&&o[l]===e;)l+=1;for(l-=1;l>=i[t];l-=1){let c=o[l]===e&&l>=
n;if(this.found?.[r[l]]&&!c)return l}return-1}rankOf(t){let{start:e,name:n,size:o}=this.store,r=0;for(let i=0;i<o;i+=1){
let a=e[i]<e[t]||e[i]===e[t]&&i<t;this.found?.[n[i]]&&a&&(r+=1)}return r}get status(){if(!this.found)return"";if(!this.count)
return"no match";let t=S(this.count);return this.at<0?`${t} found`:`${S(this.at+1)} of ${t}`}};var en=[1,2,5,10,15,30,60,120,180,360,720,1440,2880,7200,14400],Ot=6e10,le=864e11,nn=5e3;function on(s,t){let e=s/Math.max(
t,1);if(e>3e10){let r=en.find(i=>i*Ot>=e);return Ot*(r??Math.ceil(e/le)*1440)}let n=10**Math.floor(Math.log10(e)),o=[1,2,
5].find(r=>r*n>=e*.999)??10;return Math.max(o*n,.001)}function ce(s,t,e){let n=on(t-s,e),o=Math.max(Math.abs(s),Math.abs(
t))/n>nn,r=o?Math.floor(s/(n*1e3))*n*1e3:0,i=[];for(let d=Math.ceil((s-r)/n);r+d*n<=t;d+=1)i.push(r+d*n);let[,a,l]=V(Math.
max(Math.abs(t-r),n)/1.2),c=Math.max(0,Math.ceil(-Math.log10(n/a)-1e-9)),h=i.map(d=>{let u=(d-r)/a;return`${o?"+":""}${u===
0?"0":u.toFixed(Math.min(c,9))} ${l}`});return{values:i,labels:h,base:o?`${rn(r)} +`:"",step:n}}function rn(s){let t=[],
e=Math.abs(s);for(let[o,r]of[[le,"d"],[36e11,"h"],[Ot,"min"]]){let i=Math.floor(e/o);i&&t.push(`${i} ${r}`),e-=i*o}let n=(e/
1e9).toFixed(9).replace(/\.?0+$/,"");return(n!=="0"||!t.length)&&t.push(`${n} s`),(s<0?"-":"")+t.join(" ")}var ot=class{constructor(t,e){this.end=t;this.changed=e;this.t1=t}end;changed;t0=0;t1;get duration(){return this.t1-this.
t0}get middle(){return(this.t0+this.t1)/2}show(t,e){let n=Math.min(Math.max(e-t,10),this.end*1.2),o=n*.1,r=Math.max(this.
end+o-n,-o);this.t0=Math.min(Math.max((t+e)/2-n/2,-o),r),this.t1=this.t0+n,this.changed()}showAll(){this.show(0,this.end)}zoom(t,e){
let n=Math.min(Math.max(t,10/this.duration),this.end*1.2/this.duration);this.show(e-(e-this.t0)*n,e+(this.t1-e)*n)}pan(t){
let e=t*this.duration;this.show(this.t0+e,this.t1+e)}center(t,e){let n=Math.max(e*1.4,e>0?10:this.duration),o=t+e/2;this.
show(o-n/2,o+n/2)}};var sn=110,rt=class{constructor(t,e){this.store=t;this.view=new ot(t.end,e),this.layout=new X(t),this.search=new nt(t),this.
counters=new J(t)}store;view;layout;search;counters;theme=P.light;size={width:0,height:0,gutter:0,top:0,plotWidth:0,plotHeight:0,
ratio:1};scroll=0;wheelZooms=!1;counterMode="level";selected=-1;range=null;pointer=null;notes=[];scales=new Map;get ticks(){
return ce(this.view.t0,this.view.t1,Math.max(this.size.plotWidth/sn,1))}get picture(){let{store:t,layout:e,view:n,scroll:o,
size:r}=this;return{store:t,layout:e,view:n,scroll:o,width:r.plotWidth,ratio:r.ratio}}get selectedInterval(){return this.
range?this.range:this.selected>=0?[this.store.start[this.selected],this.store.endOf(this.selected)]:null}timeAt(t){return this.
view.t0+t/this.size.plotWidth*this.view.duration}moment(t){return Ut(t,this.view.duration/Math.max(this.size.plotWidth,1))}counterUnit(t){
return t+(this.counterMode==="rate"?"/s":"")}toUs(t){return this.store.zeroUs+t/1e3}fromUs(t){return Math.round((t-this.
store.zeroUs)*1e3)}};var he=63,it=12,Pt="rgba(0,0,0,0)",an={width:24,height:24,path:"M9 4 7.2 6H4v14h16V6h-3.2L15 4zm3 4a5 5 0 1 1 0 10 5 5 0\
 0 1 0-10z"},st=class{constructor(t,e,n,o){this.element=t;this.state=e;this.actions=n;this.settled=o}element;state;actions;settled;#t=null;#e=!1;#n=!1;#s=!1;#r=0;get ready(){
return this.#t!==null}async start(t){await t.newPlot(this.element,[],this.#o(),this.#a()),this.#t=t,this.element.on("plo\
tly_relayout",e=>this.#c(e)),this.#h(),this.sync()}#o(){let{size:t,theme:e}=this.state;return{width:t.width,height:t.height,
autosize:!1,showlegend:!1,dragmode:"zoom",margin:{l:t.gutter,r:it,t:t.top,b:0},paper_bgcolor:Pt,plot_bgcolor:Pt,font:{size:11,
color:e.faint,family:O},modebar:{bgcolor:Pt,color:e.faint,activecolor:e.ink,orientation:"h"},xaxis:{side:"top",showgrid:!1,
zeroline:!1,tickmode:"array",ticks:"outside",ticklen:4,tickcolor:e.faint,tickangle:0,...this.#i()},yaxis:{fixedrange:!0,
visible:!1,range:[0,1]}}}#a(){return{displayModeBar:!0,displaylogo:!1,doubleClick:!1,scrollZoom:!1,responsive:!1,modeBarButtons:[
[{name:"picture",title:"Save this view as PNG",icon:an,click:()=>this.actions.savePicture()}],["zoomIn2d","zoomOut2d","a\
utoScale2d"]]}}#i(){let{view:t,ticks:e}=this.state;this.#r=t.t0;let n=e.values.map(o=>o-t.t0);return{range:[0,t.duration],
tickvals:n,ticktext:e.labels}}sync(t=!1){if(!this.#t)return;if(this.#s||=t,this.#e){this.#n=!0;return}this.#e=!0;let e=this.#s?
this.#o():this.#l();this.#s=!1,this.#t.relayout(this.element,e).then(()=>{this.#e=!1,this.#n?(this.#n=!1,this.sync()):this.
settled()})}#l(){let{range:t,tickvals:e,ticktext:n}=this.#i();return{"xaxis.range":t,"xaxis.tickvals":e,"xaxis.ticktext":n}}#c(t){
if(this.#e)return;let{view:e}=this.state;t["xaxis.autorange"]?e.showAll():"xaxis.range[0]"in t&&e.show(t["xaxis.range[0]"]+
this.#r,t["xaxis.range[1]"]+this.#r)}#h(){for(let t of this.element.querySelectorAll(".modebar-btn"))t.setAttribute("rol\
e","button"),t.setAttribute("tabindex","0"),t.setAttribute("aria-label",t.getAttribute("data-title")??"toolbar button"),
t.addEventListener("keydown",e=>{(e.key==="Enter"||e.key===" ")&&t.dispatchEvent(new MouseEvent("click",{bubbles:!0}))})}stop(){
this.#t?.purge(this.element),this.#t=null}};function de(s){let t=(M,y={})=>p("div",{class:`aero-${M}`,...y}),e=(M,y)=>p("canvas",{class:`aero-${M}`,...y}),n=e("rows",
{role:"img"}),o=e("over",{"aria-hidden":"true"}),i=e("overview",{"aria-hidden":"true",title:"the whole trace: drag the w\
indow, or draw a new one"}),a={root:s,stage:t("stage",{"data-drag":"pan"}),rows:new I(n,{alpha:!1}),over:new I(o),overview:new I(
i,{willReadFrequently:!0}),base:t("base"),names:t("names"),plot:t("plot"),scroller:t("scroller",{tabindex:"0",role:"grou\
p","aria-label":"scroll the tracks"}),bar:t("bar",{role:"toolbar","aria-label":"timeline"}),menu:t("menu",{role:"dialog",
hidden:!0}),tip:t("tip",{role:"tooltip",hidden:!0}),panel:t("panel",{role:"document",tabindex:"-1",hidden:!0}),said:t("s\
aid",{role:"status"})},{stage:l,base:c,names:h,plot:d,scroller:u,bar:m,menu:f,tip:g,panel:A,said:E}=a;u.append(p("div"));
let v=p("div",{class:"aero-gutter"},h);return l.append(n,o,i,c,v,d,u,m,f,g),s.replaceChildren(l,A,E),a}var at=class{constructor(t,e,n,o){this.host=t;this.state=e;this.toolbar=n;this.actions=o;let r={window:i=>i&&e.view.show(
e.fromUs(i[0]),e.fromUs(i[1])),search:i=>o.searching.show(i??""),color_by:i=>this.#n(i??"name"),counter_mode:i=>this.#s(
i??"level"),shown:i=>this.#r(i??null),notes:i=>this.#o(i??[]),_selected:i=>this.#a(i??-1),selection_range:i=>i&&this.#i(
e.fromUs(i[0]),e.fromUs(i[1])),height:()=>o.relayout(),wheel:i=>{e.wheelZooms=i==="zoom"}};for(let i of Object.keys(r))this.#e(
i,r[i])}host;state;toolbar;actions;#t=[];#e(t,e){this.#t.push(this.host.on(t,()=>e(this.host.get(t))));let n=this.host.get(
t);n!=null&&e(n)}stop(){for(let t of this.#t)t()}#n(t){this.toolbar.colors.value=t,this.actions.recolor(t)}#s(t){this.state.
counterMode=t,this.toolbar.counters.value=t,this.actions.draw()}#r(t){this.state.layout.showOnly(t),this.actions.relayout(),
this.toolbar.menus.fill()}#o(t){this.toolbar.menus.notes.take(t),this.toolbar.menus.fill()}#a(t){t!==this.state.selected&&
(t>=0?this.actions.selecting.span(t,!0):this.state.selected>=0&&this.actions.selecting.clear())}#i(t,e){let{range:n}=this.
state;n&&Math.abs(t-n[0])<=1&&Math.abs(e-n[1])<=1||this.actions.selecting.range([t,e],!0)}};var ln=[1,18,300],lt=class{constructor(t,e,n,o){this.stage=t;this.state=e;this.actions=n;this.focus=o;t.addEventListener(
"wheel",r=>this.#n(r),{capture:!0,passive:!1}),t.addEventListener("pointerdown",r=>this.#r(r),{capture:!0}),t.addEventListener(
"pointermove",r=>this.#o(r)),t.addEventListener("pointerup",r=>this.#l(r)),t.addEventListener("pointercancel",()=>{this.#t=
null}),t.addEventListener("pointerleave",()=>this.actions.point(null)),t.addEventListener("dblclick",r=>this.#c(r))}stage;state;actions;focus;mode="\
pan";#t=null;#e(t){let{gutter:e,top:n,plotWidth:o,plotHeight:r}=this.state.size,i=this.stage.getBoundingClientRect(),a=t.
clientX-i.left-e,l=t.clientY-i.top-n,h=t.target.closest?.(".aero-menu, .aero-bar")===null&&a>=0&&a<o&&l>=0&&l<r;return{x:a,
y:l,inside:h,time:this.state.timeAt(a)}}#n(t){if(t.target.closest(".aero-menu"))return;let{x:e,y:n,inside:o,time:r}=this.#e(
t),i=ln[t.deltaMode]??1,[a,l]=[t.deltaX*i,t.deltaY*i],{view:c,size:h,scroll:d}=this.state,u=t.ctrlKey||t.metaKey||this.state.
wheelZooms;if(o&&(t.shiftKey||Math.abs(a)>Math.abs(l)))c.pan((a||l)/2/h.plotWidth);else if(o&&u)c.zoom(1.0016**l,r);else if((o||
e<0)&&n>=0&&this.#s(l))this.actions.scrollTo(d+l);else return;t.preventDefault(),t.stopPropagation()}#s(t){let{layout:e,
size:n,scroll:o}=this.state,r=e.height-n.plotHeight;return r>0&&(t>0?o<r:o>0)}#r(t){let e=this.#e(t);if(t.button!==0||!e.
inside||this.mode==="zoom")return;this.stage.setPointerCapture(t.pointerId),this.focus();let{view:n,scroll:o}=this.state,
r=this.mode==="range"||t.shiftKey;this.#t={...e,t0:n.t0,t1:n.t1,scroll:o,ranging:r,moved:!1},t.preventDefault()}#o(t){let e=this.#e(
t),n=this.#t;if(!n){this.actions.point(e.inside?e:null);return}let[o,r]=[e.x-n.x,e.y-n.y];Math.hypot(o,r)>4&&(n.moved=!0),
n.moved&&(this.actions.point(null),n.ranging?this.#a(n,e):this.#i(n,o,r))}#a(t,e){let{view:n}=this.state,o=Math.min(Math.
max(e.time,n.t0),n.t1);this.actions.selecting.range([Math.min(t.time,o),Math.max(t.time,o)],!1)}#i(t,e,n){let o=e/this.state.
size.plotWidth*(t.t1-t.t0);this.state.view.show(t.t0-o,t.t1-o),this.actions.scrollTo(t.scroll-n)}#l(t){let e=this.#t;this.#t=
null,e&&(e.moved?e.ranging&&this.actions.selecting.range(this.state.range,!0):this.actions.selecting.at(this.#e(t)))}#c(t){
let e=this.state.selected>=0;this.mode!=="zoom"&&e&&this.#e(t).inside&&this.actions.fit()}};var Nt=[{shown:"W",key:"w",meaning:"zoom in",act:({view:s})=>s.zoom(.7,s.middle)},{shown:"S",key:"s",meaning:"zoom out",
act:({view:s})=>s.zoom(1.4285714285714286,s.middle)},{shown:"A",key:"a",meaning:"to the left",act:({view:s})=>s.pan(-.2)},
{shown:"D",key:"d",meaning:"to the right",act:({view:s})=>s.pan(.2)},{shown:"F",key:"f",meaning:"fit the selection",act:({
actions:s})=>s.fit()},{shown:"R",key:"r",meaning:"numbers of the range in sight",act:({actions:s})=>s.selecting.sight()},
{shown:"0",key:"0",meaning:"show the whole trace",act:({view:s})=>s.showAll()},{shown:"← →",key:"ArrowLeft",meaning:"\
previous or next span of the row",act:({actions:s})=>s.selecting.stepSpan(-1)},{shown:"",key:"ArrowRight",meaning:"",act:({
actions:s})=>s.selecting.stepSpan(1)},{shown:"↑ ↓",key:"ArrowUp",meaning:"parent or first child; without a selection\
 scroll",act:({actions:s})=>s.selecting.stepLevel(-1)},{shown:"",key:"ArrowDown",meaning:"",act:({actions:s})=>s.selecting.
stepLevel(1)},{shown:"/",key:"/",meaning:"search; Enter next, Shift+Enter previous",act:({toolbar:s})=>s.focusSearch()},
{shown:"N",key:"n",meaning:"note on the selection, or on the middle",act:({toolbar:s})=>s.askNote()},{shown:"Esc",key:"E\
scape",meaning:"clear selection, then search",act:({actions:s})=>s.escape()},{shown:"?",key:"?",meaning:"this help",act:({
toolbar:s})=>s.toggleHelp()}],ue=[["Ctrl+wheel","zoom at the mouse"],["wheel","scroll the tracks, at their end the page"],
["Shift+wheel","pan"],["drag","pan and scroll"],["Shift+drag","select a range"],["click","details of a span"],["double c\
lick","fit the span"]],me=["saving","keep the picture in the notebook: Settings → Save Widget State Automatically"];function pe(s,t){
if(t.ctrlKey||t.metaKey||t.altKey)return!1;let e=t.target;if(e.matches("input, select, textarea")&&t.key!=="Escape"||(t.
key==="Enter"||t.key===" ")&&e.closest("button"))return!1;let o=t.key.length===1?t.key.toLowerCase():t.key,r=Nt.find(({key:i})=>i===
o);return r?.act(s),r!==void 0}function fe(s,t,e,n){let o=[];for(let h of t)if(h.kind==="thread")for(let d=h.first_row;d<h.first_row+h.rows;d+=1)o.push(
s.inRow(d,e,n));let{name:r}=s,i=new Int32Array(s.names.length);for(let[h,d]of o)for(let u=h;u<d;u+=1)i[r[u]]+=1;let a=Array.
from(i,h=>({durations:new Float64Array(h),self:0,filled:0})),l=new Rt(s,e,n,o);for(let[h,d]of o)for(let u=h;u<d;u+=1){let m=a[r[u]];
m.durations[m.filled]=l.duration(u),m.filled+=1,m.self+=l.selfTime(u)}return a.map(({durations:h,self:d},u)=>cn(u,h,d)).
filter(h=>h.count).sort((h,d)=>d.self-h.self||h.name-d.name)}var Rt=class{constructor(t,e,n,o){this.store=t;this.t0=e;this.
t1=n;for(let[i,a]of o)for(let l=i;l<a;l+=1)this.#e(l)&&this.#t.set(l,[]);let{parent:r}=t;for(let[i,a]of o)for(let l=i;l<
a;l+=1)this.#t.get(r[l])?.push(l)}store;t0;t1;#t=new Map;#e(t){return this.store.start[t]<this.t0||this.store.endOf(t)>this.
t1}#n(t){return[Math.max(this.store.start[t],this.t0),Math.min(this.store.endOf(t),this.t1)]}duration(t){let[e,n]=this.#n(
t);return n-e}selfTime(t){let e=this.#t.get(t);if(!e)return this.store.selfTime[t];let[n,o]=this.#n(t),r=0,i=n;for(let a of e.
sort((l,c)=>this.store.start[l]-this.store.start[c])){let[l,c]=this.#n(a);r+=Math.max(Math.min(c,o)-Math.max(l,i),0),i=Math.
max(i,c)}return o-n-r}};function cn(s,t,e){t.sort();let n=t.length,o=t.reduce((r,i)=>r+i,0);return{name:s,count:n,total:o,
self:e,mean:o/n,p50:Tt(t,.5),p95:Tt(t,.95),max:t[n-1]}}function be(s,t,e,n){return t.filter(r=>r.kind==="counter").map(r=>hn(
s,r,e,n)).filter(r=>r!==null)}function hn(s,t,e,n){let{time:o,value:r}=s.samples,i=t.first_item+t.items,a=w(o,e,t.first_item,
i),l=w(o,n,a,i),c=[];for(let m=a;m<l;m+=1)Number.isNaN(r[m])||c.push(m);if(!c.length)return null;let h=c.map(m=>r[m]),d=h[h.
length-1]-h[0],u=(o[c[c.length-1]]-o[c[0]])/1e9;return{band:t,count:c.length,min:h.reduce((m,f)=>Math.min(m,f)),mean:h.reduce(
(m,f)=>m+f)/h.length,max:h.reduce((m,f)=>Math.max(m,f)),delta:d,rate:u>0?d/u:Number.NaN}}async function ge(s,t,e){let n=s.argsText(e);if(n!==null)return n;if(!t)return"";try{return(await t({ask:"args",span:e})).
text??""}catch{return"(the kernel did not answer: run the cell again to see the arguments)"}}var ye=200,dn=["thread","process","global"],ct=class{constructor(t,e,n){this.element=t;this.state=e;this.actions=n}element;state;actions;#t=0;get open(){
return!this.element.hidden}clear(){this.#t+=1,this.element.hidden=!0,this.element.replaceChildren()}#e(t,...e){this.#t+=
1;let n=k("Close the panel (Escape)",()=>this.actions.escape(),{text:"×",class:"aero-close"}),o=this.element.matches(":\
focus-within");return this.element.setAttribute("aria-label",t),this.element.replaceChildren(n,...e),this.element.hidden=
!1,o&&this.element.focus({preventScroll:!0}),this.#t}showSpan(t){let{store:e}=this.state,n=p("h4",{},b(e.nameOf(t),400)),
o=p("pre",{class:"aero-args",tabindex:"0",role:"group","aria-label":"arguments"}),r=p("div",{class:"aero-facts"},n,we(this.#n(
t)),this.#s(t),o),i=this.#e(`Details of ${b(e.nameOf(t))}`,r,this.#o(t));this.actions.say(Vt(e,t,a=>this.state.moment(a))),
ge(e,this.actions.host.ask,t).then(a=>{i===this.#t&&(o.textContent=a,o.hidden=!a)})}#n(t){let{store:e}=this.state,n=e.bandOf(
t),o=e.parent[t],[r,i]=[e.duration[t],e.selfTime[t]],a=b(e.processes[n.process].title),l=e.unfinished.has(t)?", not ende\
d in this trace":"",c=[["category",b(e.cats[e.cat[t]]||"-")],[n.kind==="async"?"async track":"thread",`${b(n.title)} · ${a}`],
["start",B(e.start[t])],["duration",`${B(r)}${l}`],["self time",B(i)+(r>0?` (${Ct(i,r)})`:"")]];return o>=0&&c.push(["of\
 its parent",Ct(r,e.duration[o])]),c}#s(t){let e=this.state.store.ancestors(t),n=p("p",{},e.length?"in ":"a root of its \
track");return e.forEach((o,r)=>{r&&n.append(" › "),n.append(this.#r(o))}),n}#r(t){let e=b(this.state.store.nameOf(t));
return k(`Select ${e}`,()=>this.actions.selecting.span(t,!0),{text:e,class:"aero-link"})}#o(t){let{store:e}=this.state,n=e.
children(t);if(!n.length)return p("p",{class:"aero-table"},"no children");let o=[...n].sort((l,c)=>e.duration[c]-e.duration[l]).
slice(0,ye),r=o.map(l=>[this.#r(l),x(e.duration[l]),x(e.selfTime[l]),Ct(e.duration[l],e.duration[t])]),i=n.length>o.length?
`, the longest ${o.length} shown`:"",a=L(n.length,"child","children")+i;return It(q(a,["name","duration","self","share"],
r))}showInstant(t){let{store:e}=this.state,{time:n,name:o,scope:r}=e.instants,i=e.names[o[t]];this.actions.say(`${b(i)},\
 an instant at ${this.state.moment(n[t])}`);let a=we([["instant",`${dn[r[t]]} scope`],["at",B(n[t])]]),l=p("h4",{},b(i,400));
this.#e("Details of an instant",p("div",{class:"aero-facts"},l,a))}showRange(t,e){let{store:n,layout:o}=this.state,r=fe(
n,o.shownBands,t,e),i=r.reduce((m,f)=>m+f.count,0),a=`${x(e-t)} from ${this.state.moment(t)}`,l=`${S(i)} spans touch ${a}\
; their times within it`,c=["name","count","total","self","mean","p50","p95","max"],h=r.slice(0,ye).map(m=>this.#a(m)),d=[
It(q(l,c,h))],u=this.#i(t,e);if(u.length){let m=["counter","samples","min","mean","max","delta","rate"];d.push(It(q("cou\
nters",m,u)))}this.actions.say(l),this.#e("Numbers of the selected range",...d)}#a(t){let e=[t.total,t.self,t.mean,t.p50,
t.p95,t.max];return[b(this.state.store.names[t.name]),S(t.count),...e.map(x)]}#i(t,e){let{store:n,layout:o}=this.state;return be(
n,o.shownBands,t,e).map(r=>{let{unit:i}=r.band,a=[r.min,r.mean,r.max,r.delta].map(l=>H(l,i));return[b(r.band.title),S(r.
count),...a,H(r.rate,`${i}/s`)]})}};function Ct(s,t){return t>0?`${j(100*s/t)} %`:"-"}function we(s){return p("dl",{},...s.
flatMap(([t,e])=>[p("dt",{},t),p("dd",{},e)]))}function It(s){return p("div",{class:"aero-table",tabindex:"0"},s)}var _t=24;function xe(s,t,e){let{width:n,gutter:o,plotWidth:r,plotHeight:i}=s.size,a=e[0].r,l=p("canvas");l.width=n*a,l.
height=(i+_t)*a;let c=l.getContext("2d");if(!c)return;c.scale(a,a),c.fillStyle=s.theme.paper,c.fillRect(0,0,l.width,l.height),
c.font=`11px ${O}`,c.fillStyle=s.theme.ink;let{values:h,labels:d}=s.ticks;h.forEach((u,m)=>{let f=o+(u-s.view.t0)/s.view.
duration*r;c.fillText(d[m],f+3,15)});for(let{strip:u,y:m}of t.lines){let f=u.kind==="band"?u.band.title:u.title;c.fillText(
b(f,24),8,m+_t+14,o-12)}for(let{element:u}of e)c.drawImage(u,o,_t,r,i);p("a",{href:l.toDataURL("image/png"),download:"ti\
meline.png"}).click()}var ht=class{constructor(t,e,n){this.state=t;this.toolbar=e;this.actions=n}state;toolbar;actions;find(t){this.state.search.
find(t),this.toolbar.showSearchStatus(),this.actions.host.set("search",t),this.actions.draw()}show(t){this.state.search.
query!==t&&(this.toolbar.search.value=t,this.find(t))}next(t){let e=this.state.search.step(t,this.state.view.t0);this.toolbar.
showSearchStatus(),e>=0&&this.actions.selecting.span(e,!0)}};var un=5;function dt(s,{y:t,time:e}){let{store:n,layout:o,view:r,scroll:i}=s,a=o.at(t,i);if(a?.strip.kind!=="band"||a.strip.
band.kind==="counter")return null;let{band:l,rows:c}=a.strip;if(a.inner<20){let m=pn(n,l,e,un*r.duration/s.width);if(m>=
0)return{kind:"instant",instant:m}}let h=c.find(({top:m,height:f})=>a.inner>=m&&a.inner<m+f+1);if(!h)return null;let d=r.
duration/(s.width*s.ratio),u=r.t0+Math.floor((e-r.t0)/d)*d;for(let m of[u,u-d,u+d]){let f=oe(n,h.row,m,m+d);if(f.count)return{
kind:"span",span:mn(n,h.row,m,m+d),totals:f}}return null}function mn(s,t,e,n){let[o,r]=s.inRow(t,e,n),i=o;for(let a=o;a<
r;a+=1)s.duration[a]>s.duration[i]&&(i=a);return i}function pn({instants:{time:s}},t,e,n){let o=t.first_item,r=o+t.items,
i=w(s,e,o,r),a=[i-1,i].filter(l=>l>=o&&l<r&&Math.abs(s[l]-e)<=n);return a.sort((l,c)=>Math.abs(s[l]-e)-Math.abs(s[c]-e)),
a[0]??-1}function ve({layout:s,scroll:t},{y:e,time:n}){let o=s.at(e,t)?.strip;if(o?.kind!=="band")return null;let r=o.band.
lost.find(([i,a])=>n>=i&&n<a);return r?{lost:r,band:o.band}:null}var bn=3,gn=40,ut=class{constructor(t,e,n){this.state=t;this.panel=e;this.actions=n}state;panel;actions;at(t){let e=dt(this.
state.picture,t);e?.kind==="span"?this.span(e.span,!1):e?this.panel.showInstant(e.instant):this.clear(),this.actions.draw()}span(t,e){
let{host:n}=this.actions;this.state.selected=t,this.state.range=null,n.set("selection_range",null),n.set("_selected",t),
this.panel.showSpan(t),e&&this.#t(t),this.actions.draw()}#t(t){let{store:e,layout:n,view:o,size:r}=this.state;n.uncover(
e.bandOf(t))&&this.actions.relayout(),this.#e(t);let[i,a]=[e.start[t],e.duration[t]],l=a/o.duration*r.plotWidth;if(i>=o.
t1||i+a<=o.t0||a>o.duration)o.center(i,a);else if(l<bn){let h=i+a/2,d=Math.max(a*gn,10)/2;o.show(h-d,h+d)}}#e(t){let{store:e,
layout:n,size:o,scroll:r}=this.state,i=n.stripOf(e.bandOf(t)),a=i?.rows.find(({row:h})=>h===e.rowOf(t));if(!i||!a||i.pinned)
return;let l=i.y+a.top;l-r>=n.pinnedHeight&&l+16-r<=o.plotHeight||this.actions.scrollTo(l-o.plotHeight/2)}range(t,e){let{
state:n,actions:o}=this;n.range=t,n.selected=-1,o.draw(),!(!e||!t)&&(this.panel.showRange(...t),o.host.set("_selected",-1),
o.host.set("selection_range",[n.toUs(t[0]),n.toUs(t[1])]))}sight(){let{view:t,store:e}=this.state;this.range([Math.max(t.
t0,0),Math.min(t.t1,e.end)],!0)}clear(){let{state:t,actions:e}=this;t.selected=-1,t.range=null,this.panel.clear(),e.host.
set("_selected",-1),e.host.set("selection_range",null),e.draw()}stepSpan(t){let{store:e,selected:n,view:o}=this.state;if(n<
0){o.pan(t*.1);return}let r=n+t;r>=0&&r<e.size&&e.rowOf(r)===e.rowOf(n)&&this.span(r,!0)}stepLevel(t){let{store:e,selected:n,
scroll:o}=this.state;if(n<0){this.actions.scrollTo(o+t*3*16);return}let r=t<0?e.parent[n]:e.children(n)[0]??-1;r>=0&&this.
span(r,!0)}};var yn=168,wn=.3,xn=50,vn=26,Mn=470,Tn=560,Te=60;function Sn({height:s}){return s<=Tn?Math.max(s,Te):Mn}function Se(s,t,e,n){
let o=Math.floor(s.clientWidth);if(o<xn)return null;let r=Math.max(e,vn)+3+he,i=Math.min(yn,Math.round(o*wn)),a=Math.max(
n??Sn(t)+r,r+Te);return s.style.setProperty("--gutter",`${i}px`),s.style.setProperty("--top",`${r}px`),s.style.setProperty(
"--right",`${it}px`),{width:o,height:a,gutter:i,top:r,plotWidth:o-i-it,plotHeight:a-r,ratio:window.devicePixelRatio||1}}function kn(s){for(let t=s;t;t=t.parentElement??An(t)){let[e,n,o,r]=En(getComputedStyle(t).backgroundColor);if(r>127)return[
e,n,o]}return[255,255,255]}function En(s){let t=new OffscreenCanvas(1,1).getContext("2d");return t?(t.fillStyle=s,t.fillRect(
0,0,1,1),t.getImageData(0,0,1,1).data):new Uint8ClampedArray(4)}function An(s){let t=s.getRootNode();return t instanceof
ShadowRoot?t.host:null}function ke(s){let[t,e,n]=kn(s);return .299*t+.587*e+.114*n<128}function Ee(s){let t=new MutationObserver(
s),e=["class","style","data-jp-theme-name","data-theme"];for(let r of[document.documentElement,document.body])t.observe(
r,{attributes:!0,attributeFilter:e});let n=matchMedia("(prefers-color-scheme: dark)"),o=()=>setTimeout(s,50);return n.addEventListener(
"change",o),()=>{t.disconnect(),n.removeEventListener("change",o)}}var mt=class{constructor(t,e){this.element=t;this.state=e}element;state;show(){let t=this.state.pointer,{lines:e}=this;if(this.
element.hidden=!e,!t||!e)return;this.element.replaceChildren(...e.map((d,u)=>p(u?"div":"b",{},d)));let{gutter:n,top:o,width:r,
height:i}=this.state.size,a=Math.min(n+t.x+14,r-this.element.offsetWidth-4),l=o+t.y+18,c=l+this.element.offsetHeight<i,h=Math.
max(o+t.y-this.element.offsetHeight-10,0);this.element.style.left=`${Math.max(a,0)}px`,this.element.style.top=`${c?l:h}p\
x`}get lines(){let t=this.state.pointer;if(!t)return null;let e=dt(this.state.picture,t);return e?Ln(this.state,e):this.#t(
t)}#t(t){let e=ve(this.state.picture,t);if(!e)return null;let[n,o,r]=e.lost;return[r,`${b(e.band.title)}, ${x(o-n)}`]}};
function Ln(s,t){let{store:e}=s;if(t.kind==="instant"){let{name:d,time:u}=e.instants;return[b(e.names[d[t.instant]]),`in\
stant at ${s.moment(u[t.instant])}`]}let{span:n,totals:o}=t,r=e.unfinished.has(n)?" so far: not ended in this trace":"",
i=b(e.nameOf(n)),a=`${x(e.duration[n])}${r}`,l=`${b(e.bandOf(n).title)}, at ${s.moment(e.start[n])}`;if(o.count===1)return[
i,a,`self ${x(e.selfTime[n])}`,l];let c=Math.round(100*o.share),h=b(e.names[o.name]);return[`${S(o.count)} spans, mostly\
 ${h} (${c}%)`,`longest: ${i}, ${a}`,l]}var pt=class{constructor(t,e,n){this.state=t;this.host=e;this.redraw=n}state;host;redraw;add(t,e,n){this.#t([...this.state.
notes,{start:t,duration:e,text:n}])}remove(t){this.#t(this.state.notes.filter((e,n)=>n!==t))}take(t){this.state.notes=t.
map(e=>({start:this.state.fromUs(e.ts_us),duration:(e.dur_us??0)*1e3,text:String(e.text??"")})),this.redraw()}#t(t){let{
state:e}=this;e.notes=t;let n=t.map(({start:o,duration:r,text:i})=>({ts_us:e.toUs(o),dur_us:r/1e3,text:i}));this.host.set(
"notes",n),this.redraw()}};var Hn=500,ft=class{constructor(t,e,n,o){this.element=t;this.state=e;this.actions=n;this.toggled=o;this.notes=new pt(e,n.
host,()=>n.draw())}element;state;actions;toggled;notes;#t=null;get isOpen(){return this.#t!==null}toggle(t){this.#t===t?
this.close():this.open(t)}open(t){this.#t=t,this.element.dataset.what=t,this.element.hidden=!1,this.element.setAttribute(
"aria-label",t),this.toggled(t),this.fill()}close(){let t=this.element.contains(document.activeElement);return this.#t=null,
this.element.hidden=!0,this.toggled(null),t}fill(){if(!this.#t)return;let t=this.element.querySelector(":focus")?.getAttribute(
"aria-label");this.element.replaceChildren(...this.#e(this.#t));let e=[...this.element.querySelectorAll("button, input")];
(e.find(o=>t&&o.getAttribute("aria-label")===t)??e[0])?.focus({preventScroll:!0})}#e(t){return t==="tracks"?this.#n():t===
"notes"?this.#a():this.#l()}#n(){let{layout:t,store:e}=this.state,n=p("p",{},this.#r("Show all tracks","show all",()=>t.
showOnly(null)),this.#r("Hide all tracks","hide all",()=>t.showOnly([])),this.#r("Collapse all tracks","collapse all",()=>t.
collapseAll(!0)),this.#r("Expand all tracks","expand all",()=>t.collapseAll(!1))),o=t.order.map(r=>this.#s(e.bands[r]));
return[n,p("div",{class:"aero-list"},...o)]}#s(t){let{layout:e}=this.state,n=b(t.title,60),o=!e.hidden.has(t.number),r=p(
"input",{type:"checkbox","aria-label":`Show ${n}`,checked:o});r.addEventListener("change",()=>this.#o(()=>e.toggle(e.hidden,
t.number)));let i=e.pinned.has(t.number),a=this.#r(`Pin ${n}`,i?"unpin":"pin",()=>e.toggle(e.pinned,t.number));a.setAttribute(
"aria-pressed",String(i));let l=this.#r(`Move ${n} up`,"↑",()=>e.move(t,-1)),c=this.#r(`Move ${n} down`,"↓",()=>e.move(
t,1));return p("div",{},p("label",{},r,n),p("span",{},a,l,c))}#r(t,e,n){return k(t,()=>this.#o(n),{text:e})}#o(t){t(),this.
actions.relayout(),this.actions.host.set("shown",this.state.layout.shown),this.fill()}#a(){let e=k("Add a note on the se\
lection, or on the middle of the view (N)",()=>this.askNote(),{text:"add a note"}),n=this.state.notes.map(({start:o,duration:r,
text:i},a)=>{let l=b(i),c=`${this.state.moment(o)}  ${l}`,h=()=>this.state.view.center(o,r),d=k(`Go to ${l}`,h,{text:c,class:"\
aero-link"}),u=k(`Remove ${l}`,()=>this.#i(a),{text:"remove"});return p("div",{},d,u)});return[p("p",{},e),p("div",{class:"\
aero-list"},...n)]}#i(t){this.notes.remove(t),this.fill()}askNote(){let{middle:t}=this.state.view,[e,n]=this.state.selectedInterval??
[t,t],o=`note ${n>e?`on ${x(n-e)}`:"on a moment"}`,r=String(Hn),i=p("input",{type:"text","aria-label":o,placeholder:o,maxlength:r});
i.addEventListener("keydown",a=>{let l=i.value.trim();a.key!=="Enter"||!l||(a.preventDefault(),this.notes.add(e,n-e,l),this.
fill())}),this.open("notes"),this.element.prepend(i),i.focus()}#l(){let n=[...Nt.filter(({shown:o})=>o).map(({shown:o,meaning:r})=>[
o,r]),...ue,...this.actions.host.ask?[me]:[]].flatMap(([o,r])=>[p("dt",{},o),p("dd",{},r)]);return[k("Close the help (Es\
cape)",()=>this.close(),{text:"close"}),p("dl",{},...n)]}};function bt(s){return new Uint8Array(s.buffer.slice(s.byteOffset,s.byteOffset+s.byteLength))}var gt="https://ui.perfetto.dev",On=100,Pn=12e4;async function $t(s){let t=window.open(gt);if(!t)throw new Error("the br\
owser blocked the new tab");let{buffers:e,title:n}=await s({ask:"trace"});return await Nn(t,bt(e[0]),n??"trace"),"opened\
 in Perfetto"}function Nn(s,t,e){return new Promise((n,o)=>{let r=setInterval(()=>s.postMessage("PING",gt),On),i=()=>{clearInterval(
r),clearTimeout(a),window.removeEventListener("message",l)},a=setTimeout(()=>{i(),o(new Error("its tab did not answer"))},
Pn),l=c=>{c.source!==s||c.origin!==gt||c.data!=="PONG"||(i(),s.postMessage({perfetto:{buffer:t.buffer,title:e,keepApiOpen:!1}},
gt),n())};window.addEventListener("message",l)})}var Rn=[["name","colour: name"],["cat","colour: category"],["thread","colour: thread"],["self","colour: self time"]],Cn=[
["level","counters: level"],["rate","counters: rate"],["delta","counters: delta"]],In=[["pan","drag: pan"],["range","dra\
g: select"],["zoom","drag: zoom"]],_n=120,yt=class{constructor(t,e,n,o){this.bar=t;this.state=n;this.actions=o;let{host:r}=o;
this.menus=new ft(e,n,o,h=>this.#o(h)),this.search=this.#s();let i="colours (self time: blue none of the span, orange al\
l of it)";this.colors=Y(i,Rn,"name",h=>r.set("color_by",h)),this.counters=Y("counters",Cn,"level",h=>r.set("counter_mode",
h)),this.counters.hidden=!n.store.bands.some(h=>h.kind==="counter");let l=Y("what dragging does (Shift always selects)",
In,"pan",h=>o.setDrag(h));this.#n=this.#r(r.ask);let c=p("span",{class:"aero-find"},this.search,this.#t);t.append(c,this.
colors,this.counters,l,...this.#n,this.#e)}bar;state;actions;menus;search;colors;counters;#t=p("span",{class:"aero-statu\
s",role:"status"});#e=p("span",{class:"aero-word",role:"status"});#n;#s(){let t=p("input",{type:"search",placeholder:"se\
arch or /regex/","aria-label":"search spans",spellcheck:"false"});return t.addEventListener("input",Z(()=>this.actions.searching.
find(t.value),_n)),t.addEventListener("keydown",e=>{e.key==="Enter"&&(e.preventDefault(),t.value!==this.state.search.query&&
this.actions.searching.find(t.value),this.actions.searching.next(e.shiftKey?-1:1))}),t}#r(t){let e=(o,r,i)=>k(r,()=>this.
menus.toggle(o),{text:i,"aria-haspopup":"dialog","aria-expanded":"false","data-opens":o});return[e("tracks","Choose, ord\
er and pin tracks","tracks"),e("notes","Notes on moments and ranges","notes"),...t?[k("Open this trace in the Perfetto U\
I, in a new tab (nothing is uploaded)",()=>this.#a(t),{text:"perfetto"})]:[],e("help","Keys and gestures (?)","?")]}get height(){
return this.bar.offsetHeight}focusSearch(){this.search.focus()}askNote(){this.menus.askNote()}toggleHelp(){this.menus.toggle(
"help")}showSearchStatus(){this.#t.textContent=this.state.search.status}closeMenu(){if(!this.menus.isOpen)return!1;let t=this.#n.
find(e=>e.getAttribute("aria-expanded")==="true");return this.menus.close()&&t?.focus(),!0}#o(t){for(let e of this.#n)e.
dataset.opens&&e.setAttribute("aria-expanded",String(e.dataset.opens===t))}async#a(t){try{this.#e.textContent=await $t(t)}catch(e){
this.#e.textContent=`not opened in Perfetto: ${e.message}`}}};var wt=class{constructor(t,e,n){this.element=t;this.state=e;this.actions=n}element;state;actions;lines=[];build(){let t=this.
element.querySelector(":focus")?.dataset.key;this.lines=this.state.layout.strips.map(e=>this.#t(e)),this.element.replaceChildren(
...this.lines.map(({node:e})=>e)),t&&this.element.querySelector(`[data-key="${t}"]`)?.focus({preventScroll:!0}),this.place()}#t(t){
let e=a=>p("small",{class:"aero-kind"},a),n=[];t.kind==="band"&&t.band.kind==="async"&&n.push(e("async")),t.pinned&&n.push(
e("pinned")),t.kind==="band"&&t.band.folded&&n.push(e(`+${S(t.band.folded)} deeper`));let o=p("small"),r=`aero-line aero\
-${t.kind}${t.pinned?" aero-pinned":""}`,i=p("div",{class:r},this.#e(t),...n,o);return i.style.height=`${t.height}px`,{node:i,
strip:t,scale:o,text:"",y:Number.NaN,hidden:null}}#e(t){let{layout:e}=this.state,n=t.kind==="band",[o,r]=n?[e.collapsed,
t.band.number]:[e.closed,t.process],i=!o.has(r),a=b(n?t.band.title:t.title,120),l=()=>{e.toggle(o,r),this.actions.relayout()};
return k(`${i?"Collapse":"Expand"} ${a}`,l,{text:a,class:"aero-name","aria-expanded":String(i),"data-key":`${n?"b":"p"}${r}`})}place(){
let{scroll:t,layout:e,size:n}=this.state;for(let o of this.lines){let{strip:r,node:i}=o,a=r.pinned?r.y:r.y-t,l=a>=n.plotHeight||
a+r.height<=(r.pinned?0:e.pinnedHeight);o.y!==a&&(i.style.transform=`translateY(${a}px)`),o.hidden!==l&&(i.style.visibility=
l?"hidden":""),Object.assign(o,{y:a,hidden:l}),r.kind==="band"&&r.band.kind==="counter"&&this.#n(o,r)}}#n(t,{band:e}){let{
counterMode:n}=this.state,o=this.state.counterUnit(e.unit),r=this.state.scales.get(e.number)??[],i=[...new Set(r)].map(c=>H(
c,o)),a=n==="level"?"":`${n}, `,l=i.length?a+i.join(" to "):"";t.text!==l&&(t.text=l,t.scale.textContent=l)}};var $n=150,xt=class{constructor(t,e,n){this.root=t;this.host=n;this.state=new rt(e,()=>this.#b());let{state:o}=this,r=de(
t);this.#t=r,this.painter=new et(r.rows,o),this.overlay=new Q(r.over,o),this.#e=new tt(r.overview,o),this.axis=new st(r.
plot,o,this,()=>this.#p()),this.#n=new ct(r.panel,o,this),this.tip=new mt(r.tip,o),this.names=new wt(r.names,o,this),this.#s=
new lt(r.stage,o,this,()=>t.focus({preventScroll:!0})),this.selecting=new ut(o,this.#n,this),this.toolbar=new yt(r.bar,r.
menu,o,this),this.searching=new ht(o,this.toolbar,this),this.#o=this.#h(),this.#u(),this.#r=new at(n,o,this.toolbar,this),
this.relayout(),n.get("window")||this.#f()}root;host;state;toolbar;stopped=!1;frames=0;#t;painter;overlay;#e;axis;#n;tip;names;#s;selecting;searching;#r;#o;#a=Z(
()=>this.#f(),$n);dark=null;#i=!1;#l=!1;#c=!1;async startAxis(t){t&&!this.stopped&&await this.axis.start(t)}#h(){let t=new ResizeObserver(
()=>this.relayout());t.observe(this.root),t.observe(this.toolbar.bar);let e=Ee(()=>this.#u());this.root.addEventListener(
"keydown",o=>this.#d(o));let{scroller:n}=this.#t;return n.addEventListener("scroll",()=>this.scrollTo(n.scrollTop)),()=>{
t.disconnect(),e()}}#d(t){if(this.#c=!0,!pe({view:this.state.view,actions:this,toolbar:this.toolbar},t)){this.#c=!1;return}
t.preventDefault(),t.stopPropagation()}stop(){this.stopped=!0,this.#o(),this.#r.stop(),this.axis.stop()}#u(){let t=ke(this.
root.parentElement??this.root);this.dark!==t&&(this.dark=t,this.state.theme=t?P.dark:P.light,this.root.classList.toggle(
"aero-dark",t),this.recolor(this.painter.mode),this.relayout())}recolor(t){this.painter.setColors(t,this.state.theme),this.
draw()}relayout(){if(this.stopped)return;let{state:t}=this,e=Se(this.root,t.layout,this.toolbar.height,this.host.get("he\
ight")??null);if(!e)return;t.size=e;let{stage:n,scroller:o}=this.#t;n.style.height=`${e.height}px`,this.painter.resize(e.
plotWidth,e.plotHeight,e.ratio),this.overlay.target.resize(e.plotWidth,e.plotHeight,e.ratio),this.#e.draw(e.plotWidth,e.
ratio),o.firstElementChild.style.height=`${t.layout.height}px`,this.names.build(),this.scrollTo(t.scroll),this.#m(),this.
axis.sync(!0)}draw(){this.#i||(this.#i=!0,requestAnimationFrame(()=>{this.#i=!1,this.stopped||this.#m()}))}#m(){let{state:t}=this;
if(!t.size.width)return;this.frames+=1,this.painter.paint(),t.pointer&&(t.pointer.time=t.timeAt(t.pointer.x)),this.overlay.
draw(),this.tip.show(),this.#e.mark(),this.names.place();let e=Gt(t.store,t.layout,t.view,n=>t.moment(n));this.#t.rows.element.
setAttribute("aria-label",e),this.#t.base.textContent=t.ticks.base,this.axis.sync(),this.axis.ready||this.#p()}#p(){this.
root.dispatchEvent(new CustomEvent("aero-settled"))}#b(){this.draw(),this.#a()}#f(){if(this.stopped)return;let{state:t}=this;
this.#c&&this.say(this.#t.rows.element.getAttribute("aria-label")??""),this.host.set("window",[t.toUs(t.view.t0),t.toUs(
t.view.t1)])}scrollTo(t){let{state:e}=this,{scroller:n}=this.#t,o=e.scroll;e.scroll=Math.min(Math.max(t,0),Math.max(e.layout.
height-e.size.plotHeight,0)),Math.abs(n.scrollTop-e.scroll)>=1&&(n.scrollTop=e.scroll),e.scroll!==o&&this.draw()}setDrag(t){
this.#s.mode=t,this.#t.stage.dataset.drag=t}point(t){this.state.pointer=t,!this.#l&&(this.#l=!0,requestAnimationFrame(()=>{
this.#l=!1,!this.stopped&&(this.overlay.draw(),this.tip.show())}))}say(t){this.#c=!1,this.#t.said.textContent=t}escape(){
this.toolbar.closeMenu()||(this.state.selectedInterval||this.#n.open?this.selecting.clear():this.searching.show(""),this.
root.focus({preventScroll:!0}))}savePicture(){xe(this.state,this.names,[this.#t.rows,this.#t.over])}fit(){let t=this.state.
selectedInterval;t?this.state.view.center(t[0],t[1]-t[0]):this.state.view.showAll()}};var Bn=[qt,jt,Zt,Yt].join(`
`),Ae="aero-nb-timeline-style";async function Bt(s,t,e,n){let o=new G(await U(t));zn(s.getRootNode()),s.classList.add("a\
ero-timeline"),s.setAttribute("tabindex","0"),s.setAttribute("role","application"),s.setAttribute("aria-label",Wt(o)),s.
dataset.lmSuppressShortcuts="true";let r=new xt(s,o,e);return Object.assign(s,{aeroTimeline:r}),await new Promise(i=>requestAnimationFrame(
()=>setTimeout(i))),n().then(i=>r.startAxis(i)).catch(i=>console.warn("aero_nb: the timeline goes on without plotly's to\
olbar:",i)),r}function zn(s){let t=s instanceof Document?s.head:s;t.querySelector(`#${Ae}`)||t.append(p("style",{id:Ae},
Bn))}var Dn="aero-nb:plotly",Kn=200,Fn=25,zt=null;function Le(s){return zt??=Un(s).catch(t=>{throw zt=null,t}),zt}async function He(){
return window.Plotly||await new Promise(s=>window.addEventListener(Dn,s,{once:!0})),window.Plotly}async function Un(s){if(window.
Plotly)return window.Plotly;let t=await Wn().catch(()=>{});if(t)return t;let{buffers:e}=await s({ask:"plotly"}),n=await U(
bt(e[0]));return await Gn(new Blob([n],{type:"text/javascript"})),window.Plotly}async function Wn(){let s=window._JUPYTERLAB?.["\
jupyterlab-plotly"];if(!s)return;let t=(await s.get("./mimeExtension"))(),[{rendererFactory:e}]=[t.default??t].flat(),n=e.
mimeTypes[0],o=e.createRenderer({mimeType:n}),r={[n]:{data:[],layout:{}}};await o.renderModel({data:r,metadata:{},setData(){},
trusted:!0});for(let i=0;i<Kn&&!window.Plotly;i+=1)await new Promise(a=>setTimeout(a,Fn));return o.dispose(),window.Plotly}
function Gn(s){let t=URL.createObjectURL(s);return new Promise((e,n)=>{let o=p("script",{src:t});o.onload=()=>e(),o.onerror=
()=>n(new Error("plotly.js did not run")),document.head.append(o)}).finally(()=>URL.revokeObjectURL(t))}function Is(s,t,e,n){return Bt(s,n,new F(t,e),()=>Le(e))}function _s(s,t,e){return Bt(s,t,new K(e),He)}export{_ as colorIndex,S as formatCount,x as formatDuration,H as formatValue,Is as mountModel,_s as mountStatic,$t as openInPerfetto,
b as plainText};
