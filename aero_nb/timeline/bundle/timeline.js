/* aero_nb: built by front/build.js; sources sha256 501317e9a83b2b307d16258742e9351de15a2e54ed79b965fd91711684219223 */
var be=new Set(["color_by","counter_mode","axis"]),nt=class{constructor(t={},e=!1){this.linked=e;this.#t=new Map(Object.
entries(t))}linked;ask=null;#t;#e=new Map;get(t){return this.#t.get(t)}set(t,e){if(this.#t.set(t,e),be.has(t))for(let n of this.#e.
get(t)??[])n()}on(t,e){let n=this.#e.get(t)??new Set;return this.#e.set(t,n.add(e)),()=>n.delete(e)}},ot=class{constructor(t,e){
this.model=t;this.ask=e}model;ask;linked=!1;#t=!1;get(t){return this.model.get(t)}set(t,e){JSON.stringify(this.model.get(
t))!==JSON.stringify(e)&&(this.#t=!be.has(t),this.model.set(t,e),this.#t=!1,this.model.save_changes())}on(t,e){let n=()=>{
this.#t||e()};return this.model.on(`change:${t}`,n),()=>this.model.off(`change:${t}`,n)}};async function j(s){let t=new Blob([s]).stream().pipeThrough(new DecompressionStream("gzip"));return new Uint8Array(await new Response(
t).arrayBuffer())}function ye(s,t){let{offset:e,count:n,width:o}=t,r=Array.from({length:o},(c,h)=>s.subarray(e+h*n,e+(h+
1)*n)),i=o===4?Yn(r,n):Jn(r,n),[a,l]=t.exceptions;return a.forEach((c,h)=>{i[c]=l[h]}),i}function Yn([s,t,e,n],o){let r=new Float64Array(
o);for(let i=0;i<o;i+=1)r[i]=(s[i]|t[i]<<8|e[i]<<16)+n[i]*16777216;return r}function Jn(s,t){let e=new Float64Array(t);return s.
forEach((n,o)=>{let r=256**o;for(let i=0;i<t;i+=1)e[i]+=n[i]*r}),e}function rt(s,{offset:t,count:e}){let n=new Uint8Array(
e*8);for(let o=0;o<8;o+=1){let r=t+o*e;for(let i=0;i<e;i+=1)n[i*8+o]=s[r+i]}return new Float64Array(n.buffer)}function Kt(s,t){
return t<=256?Uint8Array.from(s):t<=65536?Uint16Array.from(s):Uint32Array.from(s)}function M(s,t,e,n){let o=e,r=n;for(;o<r;){let i=o+r>>>1;s[i]<t?o=i+1:r=i}return o}function we(s,t,e,n){let o=e,r=n;for(;o<
r;){let i=o+r>>>1;s[i]<=t?o=i+1:r=i}return o}function I(s){let t=0;for(let e=0;e<s.length;e+=1)t+=s[e],s[e]=t;return s}function qn(s,t){
let[e,n]=[0,s.length-1];for(;e<n;){let o=s[e+n>>>1],[r,i]=[e,n];for(;r<=i;){for(;s[r]<o;)r+=1;for(;s[i]>o;)i-=1;if(r>i)break;
let a=s[r];s[r]=s[i],s[i]=a,r+=1,i-=1}if(t<=i)n=i;else if(t>=r)e=r;else return}}function Gt(s,t){if(!s.length)return Number.
NaN;let e=(s.length-1)*t,n=Math.floor(e);if(qn(s,n),n===e)return s[n];let o=s[n+1];for(let r=n+2;r<s.length;r+=1)s[r]<o&&
(o=s[r]);return s[n]+(o-s[n])*(e-n)}function xe(s,t){let e=(s.length-1)*t,n=Math.floor(e),o=Math.min(n+1,s.length-1);return s[n]+
(s[o]-s[n])*(e-n)}var st=class{constructor(t,e){this.at=t;this.to=e}at;to;#t=0;forward(t){let{at:e}=this;return t>=e[this.#t]&&t<e[this.#t+
1]||(this.#t=Math.max(we(e,t,0,e.length)-1,0)),ve(t,e,this.to,this.#t)}back(t){return ve(t,this.to,this.at,Math.max(M(this.
to,t,0,this.to.length)-1,0))}};function ve(s,t,e,n){if(n+1>=t.length||s<=t[0])return e[n];let o=t[n+1]-t[n],r=o>0?Math.min(
(s-t[n])/o,1):1;return e[n]+r*(e[n+1]-e[n])}var it=8,Y=class s{constructor(t,e=""){this.stream=t;let n=new DataView(t.buffer,t.byteOffset).getUint32(0,!0),o=JSON.parse(
new TextDecoder().decode(t.subarray(4,4+n)));this.#t=o,this.#e=t.subarray(4+n),this.zeroUs=o.zero_us,this.durationNs=o.duration_ns,
this.names=o.names,this.cats=o.cats,this.processes=o.processes,this.bands=o.bands.map((u,p)=>({...u,number:p})),this.rowStart=
o.row_start,this.unfinished=new Set(o.unfinished);let{sections:r}=o;this.start=I(this.#r("start")),this.duration=this.#r(
"duration"),this.name=Kt(this.#r("name"),this.names.length),this.cat=Kt(this.#r("cat"),this.cats.length),this.parent=Int32Array.
from(I(this.#r("parent")),u=>u-1),this.instants={time:I(this.#r("instant_time")),name:this.#r("instant_name"),scope:this.#r(
"instant_scope")},this.samples={time:I(this.#r("sample_time")),value:rt(this.#e,r.sample_value)};let i=(u,p)=>({span:this.#r(
u).map(f=>f-1),time:rt(this.#e,r[p])});this.flows=[i("flow_from","flow_from_time"),i("flow_to","flow_to_time")],this.size=
this.start.length,this.rows=this.rowStart.length-1,this.bandOfRow=new Int32Array(this.rows).fill(-1);for(let u of this.bands)
u.rows&&this.bandOfRow.fill(u.number,u.first_row,u.first_row+u.rows);this.axes=o.axes,this.axis=o.axes.find(u=>u.name===
e)??null,this.opening=!this.axis&&o.opening||null,this.lack=o.lack??null,this.#n=this.#d(this.axis);let{start:a,duration:l,
instants:c,samples:h}=this;this.host={start:a,duration:l,instants:c.time,samples:h.time},this.axis&&this.#c();let d=this.
axis?.length??this.durationNs;this.end=d+Math.max(Math.ceil(d/500),1)}stream;zeroUs;durationNs;names;cats;processes;bands;rowStart;start;duration;name;cat;parent;instants;samples;flows;unfinished;size;rows;bandOfRow;end;axes;axis;opening;lack;host;#t;#e;#n;#o=null;#i=null;#s=null;#a=null;drawnBy(t){
return new s(this.stream,t)}#d(t){if(!t)return[];let[e,n]=[this.#l("axis_at"),this.#l("axis_to")];return t.bounds.slice(
1).map((o,r)=>{let i=t.bounds[r];return new st(e.subarray(i,o),n.subarray(i,o))})}#c(){let t=(a,l,c,h)=>{let d=this.#n[h];
for(let u=l;u<l+c;u+=1)a[u]=d.forward(a[u])},e=this.start.slice(),n=this.start.map((a,l)=>a+this.duration[l]),o=this.instants.
time.slice(),r=this.samples.time.slice();for(let{first_row:a,rows:l,first_item:c,items:h,kind:d,part:u,lost:p}of this.bands){
let f=this.rowStart[a],b=l?this.rowStart[a+l]-f:0;t(e,f,b,u),t(n,f,b,u),t(d==="counter"?r:o,c,h,u),p.forEach(v=>{v[0]=this.
toPlace(v[0],u),v[1]=this.toPlace(v[1],u)})}let i=n.map((a,l)=>a-e[l]);Object.assign(this,{start:e,duration:i}),this.instants.
time=o,this.samples.time=r;for(let{span:a,time:l}of this.flows)l.forEach((c,h)=>{l[h]=this.toPlace(c,a[h]<0?0:this.bandOf(
a[h]).part)})}toPlace(t,e=0){return this.axis?this.#n[e].forward(t):t}toHost(t,e=0){return this.axis?this.#n[e].back(t):
t}counterpart(t){this.#s??={places:I(this.#r("pair_at")),others:this.#r("pair_to")};let{places:e,others:n}=this.#s,o=M(e,
t,0,e.length);return e[o]===t?n[o]:-1}#l(t){return rt(this.#e,this.#t.sections[t])}#r(t){let e=this.#t.sections[t];if(!e)
throw new Error(`the packed trace has no section "${t}"`);return ye(this.#e,e)}get selfTime(){return this.#o??=this.#h(),
this.#o}#h(){let{duration:t}=this.host,e=Float64Array.from(t);for(let o=0;o<this.size;o+=1)this.parent[o]>=0&&(e[this.parent[o]]-=
t[o]);let n=I(this.#r("self_at"));return this.#r("self_ns").forEach((o,r)=>{e[n[r]]=o}),e}get longestOfBlocks(){return this.#i??=
this.#u(),{block:it,longest:this.#i}}#u(){let{duration:t}=this,e=new Int32Array(Math.floor(this.size/it));for(let n=0;n<
e.length;n+=1){let o=n*it;for(let r=o+1;r<(n+1)*it;r+=1)t[r]>t[o]&&(o=r);e[n]=o}return e}rowOf(t){return M(this.rowStart,
t+1,0,this.rowStart.length)-1}bandOf(t){return this.bands[this.bandOfRow[this.rowOf(t)]]}endOf(t){return this.start[t]+this.
duration[t]}nameOf(t){return this.names[this.name[t]]}inRow(t,e,n){let o=this.rowStart[t],r=M(this.start,n,o,this.rowStart[t+
1]),i=M(this.start,e,o,r);return i>o&&this.endOf(i-1)>e&&(i-=1),[i,r]}children(t){let e=this.bandOf(t),n=[];for(let o=e.
first_row;o<e.first_row+e.rows;o+=1){let r=this.rowStart[o+1],i=M(this.start,this.start[t],this.rowStart[o],r);for(let a=i;a<
r&&this.start[a]<=this.endOf(t);a+=1)this.parent[a]===t&&n.push(a)}return n.sort((o,r)=>this.start[o]-this.start[r]||o-r)}flowsOf(t){
let[e,n]=this.flows,o={to:[],from:[]};for(let r=0;r<e.span.length;r+=1)e.span[r]===t&&n.span[r]>=0&&o.to.push(n.span[r]),
n.span[r]===t&&e.span[r]>=0&&o.from.push(e.span[r]);for(let r of[o.to,o.from])r.sort((i,a)=>this.start[i]-this.start[a]);
return o}ancestors(t){let e=[];for(let n=this.parent[t];n>=0;n=this.parent[n])e.unshift(n);return e}argsText(t){if(!this.#t.
sections.args_text)return null;this.#a??={lines:this.#m("args_text").split(`
`),places:I(this.#r("args_at"))};let{lines:e,places:n}=this.#a,o=M(n,t,0,n.length);return n[o]===t?JSON.stringify(JSON.parse(
e[o]),null,1):""}spansWithArgs(t){if(this.argsText(0)===null||!this.#a)return null;let{lines:e,places:n}=this.#a,o=new Uint8Array(
this.size);return n.forEach((r,i)=>{o[r]=Number(t(JSON.parse(e[i])))}),o}#m(t){let e=this.#t.sections[t];return e?new TextDecoder().
decode(this.#e.subarray(e.offset,e.offset+e.count)):""}};var Yt="#view=";function Te(s,t){let e={},n=s.get("window");n&&!to(n,t)&&(e.window=n);let o=s.get("selection_range");o&&(e.selection_range=
o);for(let[i,a]of Xn)(s.get(i)??a)!==a&&(e[i]=s.get(i));t.axes.length&&(e.axis=s.get("axis")??""),s.get("notes")?.length&&
(e.notes=s.get("notes"));for(let i of["shown","selection_tracks"]){let a=s.get(i);a&&(e[i]=ke(a,t))}for(let i of Ne){let a=s.
get(i);a?.length&&(e[i]=ke(a,t))}let r=s.get("_selected")??-1;return r>=0&&r<t.size&&(e.selected=[t.nameOf(r),t.zeroUs+t.
host.start[r]/1e3]),e}function Ee(s){return Yt+encodeURIComponent(JSON.stringify(s))}function Ae(s,t){if(!s.startsWith(Yt))
return{values:{},word:""};let e=Zn(s);if(!e)return{values:{},word:"the view in this page's address cannot be read"};let n={},
o=[];for(let[i,a]of Object.entries(e))(Object.hasOwn(Me,i)?Me[i]:null)?.(a,t,n)||o.push(i.slice(0,20));let r=o.length?`l\
eft out of the view in this page's address: ${o.slice(0,5).join(", ")}`:"";return{values:n,word:r}}function Zn(s){if(s.length>
2e5)return null;try{let t=JSON.parse(decodeURIComponent(s.slice(Yt.length)));return typeof t=="object"&&t!==null&&!Array.
isArray(t)?t:null}catch{return null}}var Ne=["pinned","collapsed","scale_fit","scale_log"],Xn=[["search",""],["color_by",
"name"],["counter_mode","level"],["wheel","scroll"]],Me={window:Se("window"),selection_range:Se("selection_range"),search:(s,t,e)=>typeof s==
"string"&&D(e,"search",s),color_by:Vt("color_by",["name","cat","thread","self"]),counter_mode:Vt("counter_mode",["level",
"rate","delta"]),wheel:Vt("wheel",["scroll","zoom"]),axis:(s,{axes:t},e)=>(s===""||t.some(({name:o})=>o===s))&&D(e,"axis",
s),notes:(s,t,e)=>Array.isArray(s)&&s.every(ro)&&D(e,"notes",s),shown:jt("shown"),selection_tracks:jt("selection_tracks"),
...Object.fromEntries(Ne.map(s=>[s,jt(s)])),selected:(s,t,e)=>{let n=oo(s)?Qn(t,...s):-1;return n>=0&&D(e,"_selected",n)}};
function D(s,t,e){return s[t]=e,!0}function Vt(s,t){return(e,n,o)=>{let r=t.find(i=>i===e);return r!==void 0&&D(o,s,r)}}
function Se(s){return(t,e,n)=>{if(!Array.isArray(t)||t.length!==2||!t.every(Number.isFinite))return!1;let[o,r]=t,i=e.durationNs/
1e3,[a,l]=[e.zeroUs,e.zeroUs+i],c=[Math.max(o,a-i),Math.min(r,l+i)];return o<=r&&o<=l&&r>=a&&D(n,s,c)}}function jt(s){return(t,e,n)=>{
if(!Array.isArray(t)||!t.every(no))return!1;let o=t.map(([a,l])=>JSON.stringify([a,l])),r=new Map;for(let a of e.bands){
let l=JSON.stringify([e.processes[a.process].title,a.title]);r.set(l,[...r.get(l)??[],a.track])}let i=[...new Set(o)].flatMap(
a=>r.get(a)??[]);return(i.length>0||!o.length)&&D(n,s,i)}}function ke(s,t){let e=new Map(t.bands.map(n=>[n.track,[t.processes[n.
process].title,n.title]]));return s.flatMap(n=>e.has(n)?[e.get(n)]:[])}function Qn(s,t,e){let n=(e-s.zeroUs)*1e3;return s.
host.start.findIndex((o,r)=>Math.abs(o-n)<=1&&s.nameOf(r)===t)}function to(s,t){let{opening:e,zeroUs:n}=t;if(!e)return eo(
s,t);let[o,r]=[e.start_ns,e.end_ns].map(i=>n+i/1e3);return Math.abs(o-s[0])<.002&&Math.abs(r-s[1])<.002}function eo([s,t],e){
let[n,o]=[e.toHost(0),Math.min(e.toHost(e.axis?.length??e.durationNs),e.durationNs)];return s<=e.zeroUs+n/1e3+.001&&t>=e.
zeroUs+o/1e3-.001}function no(s){return Array.isArray(s)&&s.length===2&&s.every(t=>typeof t=="string")}function oo(s){return Array.
isArray(s)&&s.length===2&&typeof s[0]=="string"&&Number.isFinite(s[1])}function ro(s){if(typeof s!="object"||s===null)return!1;
let{ts_us:t,dur_us:e=0,text:n}=s;return Number.isFinite(t)&&Number.isFinite(e)&&typeof n=="string"}var Jt=[[1e3,1,"ns"],[1e6,1e3,"µs"],[1e9,1e6,"ms"],[12e10,1e9,"s"],[72e11,6e10,"min"],[1728e11,36e11,"h"],[Number.POSITIVE_INFINITY,
864e11,"d"]],so=Jt[Jt.length-1];function at(s){return Jt.find(([t])=>s<t)??so}function qt(s){let[t,e]=Math.abs(s).toExponential(
20).split("e"),n=t.replace(".",""),o=n.slice(3),r="5".padEnd(o.length,"0"),i=Number(n.slice(0,3)),a=o>r||o===r&&i%2===1;
return+`${i+(a?1:0)}e${Number(e)-2}`}function F(s){let t=qt(s);if(t===0)return"0";let e=Math.max(0,2-Math.floor(Math.log10(
Math.abs(t))));return t.toFixed(e)}function w(s){if(!Number.isFinite(s))return"?";let t=qt(s),[,e,n]=at(t);return`${s<0&&
t?"-":""}${F(Math.abs(s)/e)} ${n}`}function x(s){return Math.round(s).toString().replace(/\B(?=(\d{3})+$)/g,",")}function N(s,t,e=`${t}\
s`){return`${x(s)} ${s===1?t:e}`}var io=[[1e12,"T"],[1e9,"G"],[1e6,"M"],[1e3,"k"]];function H(s,t=""){if(Number.isNaN(s))
return"?";if(!Number.isFinite(s))return s>0?"∞":"-∞";let e=qt(s),[n,o]=io.find(([r])=>e>=r)??[1,""];return`${s<0&&e?
"-":""}${F(Math.abs(s)/n)} ${o}${t}`.trimEnd()}function J(s){let t=Math.floor(Math.abs(s)/1e3),e=Math.round(Math.abs(s)-
t*1e3),n=e?`.${String(e).padStart(3,"0")}`:"";return`${s<0?"-":""}${x(t)}${n} µs`}function Le(s,t){let[,e,n]=at(Math.abs(
s)),o=Math.max(Math.ceil(-Math.log10(t/e)),0),r=Math.min(o,Math.round(Math.log10(e)),9);return`${(s/e).toFixed(r)} ${n}`}
var ao=/(?!\u200d)[\p{Cf}\p{Cs}]/gu,lo=/[\p{Cc}\p{Zl}\p{Zp}]/gu;function g(s,t=80){let e=String(s).slice(0,2*t+2),n=Array.
from(e);return(n.length>t?`${n.slice(0,t-1).join("")}…`:e).replace(lo," ").replace(ao,"�")||"(empty name)"}function Oe(s){let t=N(s.size,"span"),e=N(s.instants.time.length,"instant"),n=N(s.bands.length,"track");return`Timeline \
of ${w(s.durationNs)}: ${t}, ${e}, ${n}. Press ? for its keys.`}function He(s,t,e,n){let o=t.shownBands,r=0;for(let a of o)
for(let l=a.first_row;l<a.first_row+a.rows;l+=1){let[c,h]=s.inRow(l,e.t0,e.t1);r+=h-c}let i=`${n(e.t0)} to ${n(e.t1)}`;return`${N(
r,"span")} on ${N(o.length,"track")}, ${i}`}function $e(s,t,e){let n=s.ancestors(t).length,o=`on ${g(s.bandOf(t).title)}\
 at ${e(s.start[t])}, depth ${n}`;return`${g(s.nameOf(t))}, ${w(s.host.duration[t])} ${o}`}function lt(s,t){let e=s.counterpart(
t),{duration:n}=s.host,o=n[e]-n[t],r=`${o>0?"+":""}${w(o)}`;return`${g(s.bandOf(e).title)}: ${w(n[e])}, ${r}`}function z(s){return new Uint8Array(s.buffer.slice(s.byteOffset,s.byteOffset+s.byteLength))}var Re=`.aero-flames {
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
`;var Pe=`.aero-gutter {
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
.aero-edge {
  position: absolute;
  left: calc(var(--gutter) - 4px);
  top: var(--top);
  bottom: 0;
  width: 7px;
  cursor: col-resize;
  touch-action: none;
}
.aero-edge:hover {
  background: linear-gradient(var(--mark), var(--mark)) center / 2px 100% no-repeat;
}
.aero-base {
  position: absolute;
  left: 0;
  top: calc(var(--top) - 22px);
  width: var(--gutter);
  height: 20px;
  line-height: 20px;
  padding-right: 30px; /* half of the first tick's label */
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
.aero-band,
.aero-idle {
  padding-left: 10px;
}
.aero-idle {
  color: var(--faint);
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
.aero-line.aero-process {
  z-index: 1;
}
.aero-line.aero-pinned {
  z-index: 2;
}
.aero-timeline button.aero-fold {
  position: absolute;
  left: 22px;
  bottom: 3px;
  height: 16px;
  line-height: 14px;
  padding: 0 6px;
  font-size: 10px;
  color: var(--faint);
  border: 0;
  background: none;
}
.aero-timeline button.aero-fold:hover {
  color: var(--mark);
  text-decoration: underline;
}
.aero-name:has(+ .aero-kind) {
  padding-right: 42px;
}
.aero-line .aero-kind {
  position: absolute;
  right: 6px;
  top: 4px;
  padding: 0;
  max-width: 45%;
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
  color: var(--mark);
}
.aero-timeline .aero-gutter button.aero-below {
  z-index: 2;
  position: absolute;
  left: 0;
  right: 0;
  bottom: 0;
  width: 100%;
  height: 20px;
  padding: 0 6px 0 10px;
  border: 0;
  border-top: 1px solid var(--line);
  border-radius: 0;
  text-align: left;
  color: var(--faint);
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.aero-timeline .aero-gutter button.aero-below:hover {
  color: var(--mark);
}
`;var Ce=`.aero-panel {
  position: relative;
  border-top: 1px solid var(--line);
  padding: 8px;
  display: flex;
  flex-wrap: wrap;
  gap: 8px 24px;
  height: var(--panel);
  box-sizing: border-box;
  overflow: auto;
  background: var(--paper);
  user-select: text;
}
.aero-facts {
  flex: 1 1 280px;
  min-width: 0;
  max-width: 520px;
}
.aero-facts h2 {
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
.aero-range {
  flex: 4 1 560px;
  min-width: 0;
}
.aero-forms {
  margin: 0 0 4px;
  display: flex;
  gap: 4px;
  align-items: center;
  color: var(--faint);
}
.aero-timeline .aero-forms button[aria-pressed="true"] {
  border-color: var(--mark);
  color: var(--mark);
}
.aero-timeline button.aero-sort {
  border: 0;
  background: none;
  padding: 0;
  height: auto;
  font-weight: 600;
  color: var(--faint);
}
.aero-timeline th[aria-sort] button.aero-sort {
  color: var(--ink);
}
.aero-timeline th[aria-sort="descending"] button::after {
  content: " ▾";
}
.aero-timeline th[aria-sort="ascending"] button::after {
  content: " ▴";
}
.aero-timeline button.aero-opener {
  border: 0;
  background: none;
  padding: 0;
  width: 16px;
  height: auto;
  color: var(--faint);
}
.aero-flows {
  color: var(--faint);
}
.aero-timeline .aero-flows ul {
  margin: 0 0 4px;
  padding-left: 16px;
  list-style: none;
}
.aero-place {
  display: flex;
  gap: 6px;
  align-items: center;
  margin: 4px 0;
  color: var(--faint);
}
.aero-bins {
  flex: none;
  display: flex;
  align-items: flex-end;
  gap: 1px;
  height: 30px;
  border-bottom: 1px solid var(--line);
}
.aero-bins i {
  width: 4px;
  background: var(--faint);
  opacity: 0.55;
}
.aero-bins i.aero-own {
  background: var(--mark);
  opacity: 1;
  box-shadow: 0 3px 0 var(--mark);
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
  color: var(--mark);
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
`;var _e=`.aero-timeline {
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
  color: var(--ink);
  background: var(--paper);
  outline: none;
  border: 1px solid var(--line);
  box-sizing: border-box;
}
.aero-timeline.aero-dark {
  color-scheme: dark;
}
.aero-timeline:focus-visible,
.aero-timeline button:focus-visible,
.aero-timeline input:focus-visible,
.aero-timeline select:focus-visible,
.aero-timeline [tabindex]:focus-visible {
  outline: 2px solid var(--mark);
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
.aero-stage[data-drag="range"],
.aero-stage[data-drag="area"] {
  cursor: text;
}
.aero-stage.aero-at-edge {
  cursor: ew-resize;
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
  outline: 2px solid var(--mark);
}
.aero-handle {
  height: 8px;
  cursor: ns-resize;
  touch-action: none;
  background: linear-gradient(var(--faint), var(--faint)) center / 36px 2px no-repeat var(--band);
  border-top: 1px solid var(--line);
  box-sizing: border-box;
}
.aero-handle:hover {
  background-image: linear-gradient(var(--mark), var(--mark));
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
`;var Be=`.aero-bar {
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
  border-color: var(--mark);
}
.aero-timeline input[type="checkbox"] {
  height: auto;
  margin-right: 4px;
  accent-color: var(--mark);
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
.aero-menu[data-what="label"] {
  right: auto;
  left: 8px;
  top: var(--top);
  width: auto;
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
.aero-timeline .aero-menu input[type="search"] {
  width: 100%;
  margin-bottom: 6px;
}
.aero-swatch {
  flex: none;
  forced-color-adjust: none;
  width: 12px;
  height: 12px;
  border-radius: 2px;
}
.aero-list .aero-of-process label {
  font-weight: 600;
}
.aero-list > div:not(.aero-of-process) > label {
  padding-left: 14px;
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
.aero-timeline .aero-bar > .aero-notice {
  flex: 1 0 100%;
  display: flex;
  align-items: center;
  gap: 8px;
  color: var(--faint);
  white-space: normal;
}
.aero-empty {
  position: absolute;
  left: 0;
  right: 0;
  top: 28px;
  bottom: 0;
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  padding: 0 16px;
  text-align: center;
  background: var(--paper);
  user-select: text;
}
.aero-empty p {
  margin: 4px 0 0;
  color: var(--faint);
}
`;var _=["#546c3c","#849c54","#a83c78","#b46c0c","#246c90","#189060","#c0300c","#6c78a8","#9c48c0","#e46c90","#a884c0","#3\
084f0"],Xt=["#2f6fd0","#4473bb","#5876a6","#6a7991","#7c7c7c","#8f7a62","#a27648","#b5702c","#c9660a"],fo=new TextEncoder;
function $(s){let t=2166136261;for(let e of fo.encode(s.slice(0,512)).subarray(0,256))(e<48||e>57)&&(t=Math.imul(t^e,16777619));
return(Math.imul(t,3273)>>>16)%_.length}function Zt(s){return[1,3,5].map(t=>Number.parseInt(s.slice(t,t+2),16))}function go(s){
let[t,e,n]=Zt(s).map(o=>o/255).map(o=>o<=.04045?o/12.92:((o+.055)/1.055)**2.4);return .2126*t+.7152*e+.0722*n}function bo(s){
let t=go(s)+.05;return 1.05/t>=t/.05?"#ffffff":"#000000"}function C(s,t,e){let n=Zt(t);return`#${Zt(s).map((r,i)=>Math.round(
r*e+n[i]*(1-e))).map(r=>r.toString(16).padStart(2,"0")).join("")}`}function ct(s,t){return s.map(e=>({fill:e,label:bo(e),
edge:C(e,t,.6),faded:C(e,t,.22)}))}var yo="#c0300c",L={light:{paper:"#ffffff",ink:"#1f2328",faint:"#59636e",line:"#d8dee\
4",grid:"#eceff2",lost:"#8c959f",band:"#f6f8fa",mark:"#0550ae",select:"#0550ae",shade:"rgba(5,80,174,0.12)",bad:yo},dark:{
paper:"#111111",ink:"#e6edf3",faint:"#a8b1bb",line:"#3d444d",grid:"#23272d",lost:"#6e7681",band:"#1a1d21",mark:"#79c0ff",
select:"#f0f6fc",shade:"rgba(121,192,255,0.18)",bad:"#ff7b72"}};function m(s,t={},...e){let n=document.createElement(s);for(let[o,r]of Object.entries(t))typeof r=="function"?n.addEventListener(
o,r):r!==null&&r!==!1&&r!==void 0&&n.setAttribute(o,String(r));return n.append(...e),n}var wo=/^[a-z][a-z ]*$/i;function y(s,t,{
text:e=s,...n}={}){let o=wo.test(e)&&!s.toLowerCase().includes(e.toLowerCase())?`${e}: ${s}`:s;return m("button",{type:"\
button",title:s,"aria-label":o,click:t,...n},e)}function q(s,t,e,n){let o=t.map(([i,a])=>m("option",{value:i,selected:i===
e},a)),r=m("select",{"aria-label":s,title:s},...o);return r.addEventListener("change",()=>n(r.value)),r}var xo=24;function Qt(s,t,e){
let n=(i,a,l)=>{let c=typeof a=="string"&&a.length>xo?a:null,h=i==="th"?"col":null;return m(i,{class:l>=1?"aero-number":
null,scope:h,title:c},a)},o=(i,a)=>m("tr",{},...a.map((l,c)=>n(i,l,c))),r=m("tbody",{},...e.map(i=>o("td",i)));return m(
"table",{},m("caption",{},s),m("thead",{},o("th",t)),r)}function U(s,t){let e;return()=>{clearTimeout(e),e=setTimeout(s,
t)}}var vo=50,Ie=["load","transitionend"],Mo=127,De="aero-dark",Fe=":is(.aero-timeline,.aero-live,.aero-flame-figure)",So=`${Fe}\
{${ze(L.light)}}
${Fe}.${De}{${ze(L.dark)}}`;function ze(s){return Object.entries(s).map(([t,e])=>`--${t}:${e}`).join(";")}function We(s,t,e){
let n=s instanceof Document?s.head:s;n.querySelector(`#${t}`)||n.append(m("style",{id:t},`${So}
${e}`))}function Ue(s,t){let e=Ao(t);return s.classList.toggle(De,e),e?L.dark:L.light}function ko(s){for(let t=s;t;t=t.parentElement??
Eo(t)){let[e,n,o,r]=To(getComputedStyle(t).backgroundColor);if(r>Mo)return[e,n,o]}return[255,255,255]}function To(s){let t=new OffscreenCanvas(
1,1).getContext("2d");return t?(t.fillStyle=s,t.fillRect(0,0,1,1),t.getImageData(0,0,1,1).data):new Uint8ClampedArray(4)}
function Eo(s){let t=s.getRootNode();return t instanceof ShadowRoot?t.host:null}function Ao(s){let[t,e,n]=ko(s);return .299*
t+.587*e+.114*n<128}function Ke(s){let t=new MutationObserver(s),e=["class","style","data-jp-theme-name","data-theme"];for(let r of[
document.documentElement,document.body])t.observe(r,{attributes:!0,attributeFilter:e});let n=matchMedia("(prefers-color-\
scheme: dark)"),o=U(s,vo);n.addEventListener("change",o);for(let r of Ie)document.addEventListener(r,o,!0);return()=>{t.
disconnect(),n.removeEventListener("change",o);for(let r of Ie)document.removeEventListener(r,o,!0)}}function No(s,t,e){let{time:n,value:o}=s.samples,r=t.first_item,i=r+t.items;if(e==="level")return{time:n.subarray(r,i),value:o.
subarray(r,i)};let a=n.slice(r+1,i),l=s.host.samples,c=a.map((h,d)=>{let u=o[r+d+1]-o[r+d];return e==="delta"?u:u/((l[r+
d+1]-l[r+d])/1e9)});return{time:a,value:c}}var ht=class{constructor(t){this.store=t}store;#t=new Map;get(t,e){let n=`${t.
number} ${e}`,o=this.#t.get(n);if(o)return o;let r=No(this.store,t,e);return this.#t.set(n,r),r}};function Ge({time:s,value:t},e,n,o){
let r=new Float64Array(o).fill(1/0),i=new Float64Array(o).fill(-1/0),a=new Float64Array(o).fill(Number.NaN),l=o/(n-e),c=Math.
max(M(s,e,0,s.length)-1,0);for(let h=c;h<s.length&&s[h]<n;h+=1){let d=Math.min(Math.max(Math.floor((s[h]-e)*l),0),o-1);Number.
isFinite(t[h])&&(t[h]<r[d]&&(r[d]=t[h]),t[h]>i[d]&&(i[d]=t[h]),a[d]=t[h])}return{low:r,high:i,last:a}}function Ve({low:s,
high:t,last:e},n="zero"){if(e.every(Number.isNaN))return null;let[o,r]=n==="zero"?[0,0]:[1/0,-1/0];for(let i=0;i<s.length;i+=
1){let a=n==="log"&&s[i]<=0?t[i]:s[i];n==="log"&&!(a>0)||(a<o&&(o=a),t[i]>r&&(r=t[i]))}return o<=r?[o,r]:null}function je([
s,t],e,n){return e!=="log"?(n-s)/(t-s||1):n>0?Math.max(Math.log(n/s),0)/(Math.log(t/s)||1):0}function Ye({time:s,value:t},e){
let n=M(s,e,0,s.length),o=n<s.length&&s[n]===e?n:n-1;return o>=0?t[o]:Number.NaN}var te=20,Z=20,Lo=4,K=16,X=44,Je=4,qe=24,Oo=16,Ze=20,Ho=3,$o=20,Ro=2;function Xe(s){return s.items?Z:Lo}function Qe(s){return s.
kind==="band"?[s.band]:s.kind==="idle"?s.bands:[]}function tn({bands:s,processes:t},e){return JSON.stringify([t[s[e].process].
title,s[e].title])}var dt=class{constructor(t){this.store=t;this.order=t.bands.map(e=>e.number),t.processes.forEach((e,n)=>{
e.closed&&this.closed.add(n)}),this.arrange()}store;hidden=new Set;pinned=new Set;collapsed=new Set;unfolded=new Set;closed=new Set;idle=null;idleOpen=new Set;order;strips=[];pinnedHeight=0;height=0;arrange(){
let{bands:t,processes:e}=this.store,n=this.order.filter(r=>!this.hidden.has(r)).map(r=>t[r]);this.strips=[],this.height=
0;for(let r of n)this.pinned.has(r.number)&&this.addBand(r,!0);this.pinnedHeight=this.height;let o=n.filter(r=>!this.pinned.
has(r.number));for(let r of new Set(o.map(i=>i.process))){let{title:i}=e[r],[a,l]=[this.height,te],c={kind:"process",process:r,
title:i,pinned:!1,y:a,height:l,end:0};this.add(c);let h=this.closed.has(r)?[]:o.filter(d=>d.process===r);this.addBands(h),
c.end=this.height}}addBands(t){let e=t.filter(({number:c})=>this.idle?.has(c)),n=e.length>=Ro;for(let c of t)(!n||!this.
idle?.has(c.number))&&this.addBand(c,!1);if(!n)return;let{process:o}=e[0],r=this.idleOpen.has(o),i=`${x(e.length)} idle:\
 ${e.map(c=>c.title).join(", ")}`,[a,l]=[this.height,$o];if(this.add({kind:"idle",process:o,title:i,bands:r?[]:e,pinned:!1,
y:a,height:l}),r)for(let c of e)this.addBand(c,!1)}foldIdle(t){let e=n=>n&&[...n].join();return e(t)===e(this.idle)?!1:(t||
this.idleOpen.clear(),this.idle=t,this.arrange(),!0)}addBand(t,e){let n=this.inside(t),o=this.foldable(t),r=this.heightOf(
t,n,o);this.add({kind:"band",band:t,pinned:e,rows:n,foldable:o,y:this.height,height:r})}add(t){this.strips.push(t),this.
height+=t.height}heightOf(t,e,n){if(this.collapsed.has(t.number))return qe;if(t.kind==="counter")return X+Je;let o=n?Oo:
0;return Math.max(Xe(t)+e.length*K+o+Je,qe)}foldable(t){return t.kind==="counter"||this.collapsed.has(t.number)?0:t.rows>=
Ze+Ho?t.rows-Ze:0}inside(t){if(t.kind==="counter")return[];let e=this.collapsed.has(t.number),n=this.unfolded.has(t.number)?
0:this.foldable(t),o=e?Math.min(t.rows,1):t.rows-n;return Array.from({length:o},(r,i)=>({row:t.first_row+i,top:e?6:Xe(t)+
i*K,height:e?10:K-1}))}get shownBands(){return this.strips.flatMap(Qe)}at(t,e){let n=i=>t>=this.topOf(i,e)&&t<this.topOf(
i,e)+i.height,o=this.strips.filter(i=>i.pinned===t<this.pinnedHeight&&n(i)),r=o.find(({kind:i})=>i==="process")??o[0];return r?
{strip:r,inner:t-this.topOf(r,e)}:null}topOf(t,e){if(t.pinned)return t.y;let n=t.y-e;return t.kind!=="process"?n:Math.max(
n,Math.min(this.pinnedHeight,t.end-t.height-e))}bandsBetween(t,e,n){let[o,r]=[Math.min(t,e),Math.max(t,e)],i=this.strips.
filter(h=>{let d=this.topOf(h,n);return d<=r&&d+h.height>Math.max(o,h.pinned?0:this.pinnedHeight)}),a=i.flatMap(Qe),l=i.
map(h=>h.kind==="process"?h.process:-1),c=a.length?a:this.shownBands.filter(({process:h})=>l.includes(h));return c.length?
new Set(c.map(({number:h})=>h)):null}stripOf(t){return this.strips.find(e=>e.kind==="band"&&e.band===t)}toggle(t,e){t.delete(
e)||t.add(e),this.arrange()}foldAs(t){let e=new Map(t.store.processes.map(({title:o},r)=>[o,t.closed.has(r)]));this.store.
processes.forEach(({title:o},r)=>{e.get(o)===!0&&this.closed.add(r),e.get(o)===!1&&this.closed.delete(r)});let n=new Set(
[...t.unfolded].map(o=>tn(t.store,o)));for(let{number:o}of this.store.bands)n.has(tn(this.store,o))&&this.unfolded.add(o);
this.arrange()}collapseAll(t){if(this.collapsed.clear(),t)for(let e of this.order)this.collapsed.add(e);this.arrange()}uncover(t,e){
let n=this.hidden.delete(t.number),o=this.collapsed.delete(t.number),r=this.closed.delete(t.process),i=this.idle?.has(t.
number)??!1;this.idle&&i&&(this.idle=new Set([...this.idle].filter(c=>c!==t.number)));let a=e-t.first_row>=t.rows-this.foldable(
t)&&!this.unfolded.has(t.number);a&&this.unfolded.add(t.number);let l=n||o||r||i||a;return l&&this.arrange(),l}move(t,e){
let n=this.order.filter(a=>this.store.bands[a].process===t.process),o=n[n.indexOf(t.number)+e];if(o===void 0)return;let[
r,i]=[this.order.indexOf(t.number),this.order.indexOf(o)];[this.order[r],this.order[i]]=[this.order[i],this.order[r]],this.
arrange()}get shown(){let{bands:t}=this.store;return!this.hidden.size&&this.order.every((n,o)=>n===o)?null:this.order.filter(
n=>!this.hidden.has(n)).map(n=>t[n].track)}tracksOf(t){return[...t].map(e=>this.store.bands[e].track)}mark(t,e){t.clear();
for(let{number:n,track:o}of this.store.bands)e.includes(o)&&t.add(n);this.arrange()}showOnly(t){let{bands:e}=this.store,
n=e.map(r=>r.number),o=t?.map(r=>e.findIndex(i=>i.track===r)).filter(r=>r>=0);if(this.hidden.clear(),o)for(let r of n)o.
includes(r)||this.hidden.add(r);this.order=o?[...o,...this.hidden]:n,this.arrange()}};function en({context:s,r:t},e,{start:n,end:o}){let{x:r,y:i}=n,{x:a,y:l}=o,c=Math.max(Math.abs(a-r)/2,20*t),h=6*t;for(let[
d,u]of[[e.paper,4*t],[e.select,1.6*t]])s.strokeStyle=d,s.fillStyle=d,s.lineWidth=u,s.beginPath(),s.moveTo(r,i),s.bezierCurveTo(
r+c,i,a-c,l,a-h,l),s.stroke();s.beginPath(),s.moveTo(a,l),s.lineTo(a-h,l-h/1.6),s.lineTo(a-h,l+h/1.6),s.fill()}var O="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",R=class{constructor(t,e={}){this.
element=t;let n=t.getContext("2d",e);if(!n)throw new Error("this browser draws no canvas");this.context=n}element;context;r=1;get width(){
return this.element.width}get height(){return this.element.height}resize(t,e,n){let[o,r]=[Math.max(Math.round(t*n),1),Math.
max(Math.round(e*n),1)],i=this.width!==o||this.height!==r||this.r!==n;return this.r=n,i&&Object.assign(this.element,{width:o,
height:r}),i}};function nn(s,t,e){if(s.measureText(t).width<=e)return t;let n=Array.from(t),o=a=>`${n.slice(0,Math.ceil(
a/2)).join("")}…${n.slice(-Math.floor(a/2)).join("")}`,[r,i]=[2,n.length];for(;r+1<i;){let a=r+i>>1;s.measureText(o(a)).
width<=e?r=a:i=a}return o(r)}function ut(s,t,e,n){if(e<=n)return t;let o=Array.from(t),r=a=>`${o.slice(0,a).join("")}…`,
i=Math.floor(o.length*n/e);for(;i>=2&&s.measureText(r(i)).width>n;)i-=1;return i>=2?r(i):""}var mt=class{constructor(t,e){this.target=t;this.state=e}target;state;#t(t){let{t0:e,duration:n}=this.state.view;return(t-
e)/n*this.target.width}draw(){let{context:t,width:e,height:n,r:o}=this.target,{notes:r,range:i,selected:a,pointer:l}=this.
state;t.clearRect(0,0,e,n),t.font=`${11*o}px ${O}`,t.textBaseline="middle";for(let c of r)this.#o(c);i&&this.#e(...i),a>=
0&&(this.#c(a),this.#d(a)),l&&this.#i(l.time)}#e(t,e){let{context:n,r:o}=this.target,{theme:r}=this.state,[i,a]=[this.#t(
t),this.#t(e)],l=this.#n();for(let[h,d]of l){n.fillStyle=r.shade,n.fillRect(i,h,a-i,d),n.fillStyle=r.select;for(let u of[
i,a])n.fillRect(Math.round(u),h,Math.max(Math.round(o),1),d)}let c=Math.max(l[0]?.[0]??0,16*o);this.#a(this.state.scale.
length(e-t),(i+a)/2,c+10*o,!0)}#n(){let{height:t,r:e}=this.target,{layout:n,rangeBands:o,scroll:r}=this.state;return o?n.
strips.flatMap(i=>{if(i.kind!=="band"||!o.has(i.band.number))return[];let a=n.topOf(i,r),l=i.pinned?a:Math.max(a,n.pinnedHeight);
return a+i.height>l?[[l*e,(a+i.height-l)*e]]:[]}):[[0,t]]}#o({start:t,duration:e,text:n}){let{context:o,width:r,height:i,
r:a}=this.target,{theme:l}=this.state,[c,h]=[this.#t(t),this.#t(t+e)];h<0||c>r||(o.fillStyle=l.shade,o.fillRect(c,0,Math.
max(h-c,0),i),o.fillStyle=l.mark,o.fillRect(Math.round(c),0,Math.max(Math.round(1.5*a),1),i),this.#a(g(n,40),Math.max(c,
0)+2*a,i-10*a,!1))}#i(t){let{context:e,height:n,r:o}=this.target,r=Math.round(this.#t(t));e.fillStyle=this.state.theme.faint,
e.fillRect(r,0,Math.max(Math.round(o),1),n),this.#a(this.state.moment(t),r+4*o,8*o,!1),this.#s(t)}#s(t){let{state:e}=this,
{height:n,r:o}=this.target;for(let r of e.layout.strips){if(r.kind!=="band"||r.band.kind!=="counter")continue;let i=e.layout.
topOf(r,e.scroll)+X/2;if(e.layout.collapsed.has(r.band.number)||i<0||i*o>n)continue;let a=Ye(e.counters.get(r.band,e.counterMode),
t),l=H(a,e.counterUnit(r.band.unit));Number.isNaN(a)||this.#a(l,this.#t(t)+4*o,i*o,!1)}}#a(t,e,n,o){let{context:r,width:i,
r:a}=this.target,{theme:l}=this.state,c=r.measureText(t).width+8*a,h=e+c>i?e-c-8*a:e,d=o?e-c/2:h,u=Math.min(Math.max(d,0),
Math.max(i-c,0));r.fillStyle=l.band,r.fillRect(u,n-8*a,c,16*a),r.strokeStyle=l.line,r.lineWidth=a,r.strokeRect(u,n-8*a,c,
16*a),r.fillStyle=l.ink,r.fillText(t,u+4*a,n+a/2)}#d(t){let e=this.boxOf(t);if(!e)return;let{context:n,r:o}=this.target;
n.strokeStyle=this.state.theme.select,n.lineWidth=2*o,n.strokeRect(e.left-o,e.top-o,Math.max(e.right-e.left,o)+2*o,e.height+
2*o)}boxOf(t){let{store:e,layout:n,scroll:o}=this.state,{width:r,r:i}=this.target,a=e.rowOf(t),l=n.stripOf(e.bands[e.bandOfRow[a]]),
c=l?.rows.find(p=>p.row===a);if(!l||!c)return null;let h=n.topOf(l,o)+c.top,d=Math.max(this.#t(e.start[t]),-8),u=Math.min(
this.#t(e.endOf(t)),r+8);return{left:d,right:u,top:h*i,height:c.height*i}}#c(t){let[e,n]=this.state.store.flows;for(let o=0;o<
e.span.length;o+=1){if(e.span[o]!==t&&n.span[o]!==t||e.span[o]<0||n.span[o]<0)continue;let r=this.#l(e.span[o],e.time[o],
t),i=this.#l(n.span[o],n.time[o],t);r&&i&&en(this.target,this.state.theme,{start:r,end:i});for(let a of[r,i])a?.beyond&&
this.#r(a)}}#l(t,e,n){let{width:o,height:r}=this.target,i=this.boxOf(t),a=i??this.boxOf(n);if(!a)return null;let l={x:this.#t(
e),y:a.top+a.height/2},c=Math.min(Math.max(l.x,0),o),h=Math.min(Math.max(l.y,0),r),d=t!==n&&(i===null||c!==l.x||h!==l.y);
return{x:c,y:h,span:t,beyond:d}}#r({x:t,y:e,span:n}){let{height:o,r}=this.target,i=Math.min(Math.max(e+14*r,10*r),o-10*r);
this.#a(g(this.state.store.nameOf(n),40),t+4*r,i,!1)}};var Po=36,Co=.02,_o=1/300,pt=class{constructor(t,e){this.target=t;this.state=e;this.#o()}target;state;#t=null;#e={found:null,
pixels:new Uint8Array(0)};draw(t,e){let{store:n,theme:o}=this.state;this.target.resize(t,Po,e);let{context:r,width:i,height:a}=this.
target;r.fillStyle=o.band,r.fillRect(0,0,i,a);let l=n.bands.filter(h=>h.rows),c=Math.max(a/Math.max(l.length,1),1);l.forEach(
(h,d)=>{let u=Io(n,h.first_row,i);r.fillStyle=C(o.ink,o.band,.8);for(let p=0;p<i;p+=1)u[p]!==0&&(r.globalAlpha=.25+.75*Math.
min(u[p],1),r.fillRect(p,Math.floor(d*c),1,Math.max(Math.ceil(c)-1,1)))}),r.globalAlpha=1,this.#t=r.getImageData(0,0,i,a),
this.mark()}mark(){if(!this.#t)return;let{context:t,width:e,height:n}=this.target,{view:o,store:r,theme:i}=this.state;t.
putImageData(this.#t,0,0);let a=o.t0/r.end*e,l=Math.max(o.t1/r.end*e,a+3);t.fillStyle=C(i.paper,i.faint,.5),t.globalAlpha=
.55,t.fillRect(0,0,a,n),t.fillRect(l,0,e-l,n),t.globalAlpha=1,this.#n(),t.strokeStyle=i.select,t.lineWidth=2,t.strokeRect(
a+1,1,Math.max(l-a-2,1),n-2)}#n(){let{found:t}=this.state.search,{context:e,width:n,height:o,r}=this.target;if(t===null)
return;(this.#e.found!==t||this.#e.pixels.length!==n)&&(this.#e={found:t,pixels:Bo(this.state.store,t,n)}),e.fillStyle=this.
state.theme.mark;let{pixels:i}=this.#e;for(let a=0;a<n;a+=1)i[a]&&e.fillRect(a,o-8*r,Math.max(r,1),6*r)}#o(){let{element:t}=this.
target,e=null;t.addEventListener("pointerdown",n=>{e=this.#s(this.#i(n)),t.setPointerCapture(n.pointerId),n.preventDefault()}),
t.addEventListener("pointermove",n=>{e&&this.#a(e,this.#i(n))}),t.addEventListener("pointerup",n=>{e?.kind==="draw"&&!e.
drawn&&this.#d(this.#i(n)),e=null}),t.addEventListener("lostpointercapture",()=>{e=null})}#i(t){let e=this.target.element.
getBoundingClientRect();return(t.clientX-e.left)/e.width*this.state.store.end}#s(t){let{view:e,store:n}=this.state,o=e.duration>
.98*n.end;return t>=e.t0&&t<=e.t1&&!o?{kind:"window",offset:t-e.t0}:{kind:"draw",from:t,drawn:!1}}#a(t,e){let{view:n,store:o}=this.
state;t.kind==="window"?n.show(e-t.offset,e-t.offset+n.duration):Math.abs(e-t.from)>o.end*_o&&(n.show(Math.min(e,t.from),
Math.max(e,t.from)),t.drawn=!0)}#d(t){let{view:e}=this.state,n=e.duration/2;e.show(t-n,t+n)}};function Bo({start:s,end:t,
size:e},n,o){let r=new Uint8Array(o);for(let i=0;i<e;i+=1)n[i]&&(r[Math.floor(s[i]/t*o)]=1);return r}function Io(s,t,e){
let n=new Float64Array(e),o=e/s.end;for(let r=s.rowStart[t];r<s.rowStart[t+1];r+=1){let i=s.start[r]*o,a=Math.max(s.endOf(
r)*o,i+Co);for(let l=Math.floor(i);l<a&&l<e;l+=1)n[l]+=Math.min(a,l+1)-Math.max(i,l)}return n}var Q=class{constructor(t){this.width=t;this.#t=new Float64Array(t),this.span=new Int32Array(t)}width;span;wide=[];#t;draw(t,e,n,o,r=null){
let{width:i,span:a}=this,{start:l,duration:c}=t,h=r===null?t.longestOfBlocks:null,d=i/(o-n);a.fill(-1),this.wide.length=
0;let[u,p]=t.inRow(e,n,o);for(let f=u;f<p;f+=1){let b=(l[f]-n)*d;if(h!==null&&f%h.block===0&&f+h.block<=p&&b>=0){let S=b|
0,k=f+h.block-1;if((l[k]+c[k]-n)*d<=S+1&&S<i){let T=h.longest[f/h.block];this.#e(S,T,c[T]),f=k;continue}}let v=b>0?Math.
min(b|0,i-1):0,A=(l[f]+c[f]-n)*d,P=A<i?Math.max(Math.ceil(A),v+1):i;if(P-v>=3)this.wide.push(f,v,P);else{let S=r?.[f]?c[f]+
1e18:c[f];for(let k=v;k<P;k+=1)this.#e(k,f,S)}}}#e(t,e,n){this.span[t]>=0&&n<=this.#t[t]||(this.#t[t]=n,this.span[t]=e)}};
function on(s,t,e,n){let[o,r]=s.inRow(t,e,n),i=new Map,a=0;for(let d=o;d<r;d+=1){let u=Math.min(s.endOf(d),n)-Math.max(s.
start[d],e);a+=u,i.set(s.name[d],(i.get(s.name[d])??0)+u)}let l=-1,c=-1;for(let[d,u]of i)u>c&&([l,c]=[d,u]);let h=a>0?c/
a:1/Math.max(r-o,1);return{count:r-o,first:o,name:l,share:h}}function rn({context:s,width:t,r:e},n,{band:o},r){let{view:i,theme:a}=n,l=Ge(n.counters.get(o,n.counterMode),i.t0,i.t1,t),
c=n.counterScales.get(o.number)??"zero",h=Ve(l,c);if(n.scales.set(o.number,h),!h)return;let[d,u]=[(r+X-2)*e,(r+6)*e],p=S=>Math.
round(d-je(h,c,S)*(d-u)),f=_[$(o.label)],b=c==="zero"?p(0):d,v=[],A=Number.NaN;s.fillStyle=C(f,a.paper,.25);for(let S=0;S<
t;S+=1){let k=!Number.isNaN(l.last[S]);if(!k&&Number.isNaN(A))continue;let T=k?l.last[S]:A,E=p(T);s.fillRect(S,Math.min(
E,b),1,Math.abs(E-b));let[B,Ut]=k?[p(l.high[S]),p(l.low[S])]:[E,E],ge=Number.isNaN(A)?E:p(A);v.push([S,Math.min(B,ge),Math.
max(Ut,ge)]),A=T}s.fillStyle=f;let P=Math.max(Math.round(e),1);for(let[S,k,T]of v)s.fillRect(S,k,1,T-k+P)}var Fo=.4;function sn({context:s,r:t},e,n,o,r,i){let a=Math.min(4*t,(o-n)/2);s.fillStyle=e,s.beginPath();for(let l=r;l<r+
i;l+=2*a)s.moveTo(o,l),s.lineTo(o-a,l+a),s.lineTo(o,l+2*a);s.fill()}function an({context:s,width:t,r:e},n,o,r){let{store:i,
view:a,theme:l}=n,{foundNames:c}=n.search,{time:h,name:d}=i.instants,u=o.first_item+o.items,p=t/a.duration,f=4*e,[b,v]=[
(r+3)*e,(r+Z-3)*e],A=2*f,P=C(l.mark,l.paper,Fo),S=T=>Math.round((h[T]-a.t0)*p),k=-A;for(let T=M(h,a.t0,o.first_item,u);T<
u&&h[T]<=a.t1;T+=1){let E=S(T);if(E===k&&!c)continue;let B=E-k>=A&&(T+1===u||S(T+1)-E>=A);k=E;let Ut=c===null||c[d[T]];s.
fillStyle=Ut?B||c?l.mark:P:l.line,s.fillRect(E,b,Math.max(Math.round(e),1),v-b),B&&(s.beginPath(),s.moveTo(E-f,b),s.lineTo(
E+f+e,b),s.lineTo(E+e/2,b+1.6*f),s.fill())}}function ln({context:s,width:t,r:e},n,o,r){let{view:i,theme:a}=n,l=t/i.duration,
[c,h]=[r*e,o.height*e];for(let[d,u]of o.band.lost){let p=Math.max((d-i.t0)*l,0),f=Math.min((u-i.t0)*l,t);if(!(f<=p)){s.save(),
s.beginPath(),s.rect(p,c,f-p,h),s.clip(),s.strokeStyle=a.lost,s.lineWidth=e,s.beginPath();for(let b=Math.floor((p-h)/(8*
e))*8*e;b<f;b+=8*e)s.moveTo(b,c+h),s.lineTo(b+h,c);s.stroke(),s.restore()}}}var zo=22,Do=11,ft=class{constructor(t,e){this.target=t;this.state=e;this.setColors("name",L.light)}target;state;mode="n\
ame";#t=new Q(1);#e=L.light;paints=[];#n=()=>0;#o=new Map;resize(t,e,n){this.target.resize(t,e,n)&&(this.#t=new Q(this.target.
width),this.#o.clear())}setColors(t,e){this.mode=t,this.#e=e,this.paints=ct(t==="self"?Xt:_,e.paper),this.#n=Uo(t,this.state.
store)}paint(){let{layout:t,scroll:e}=this.state,{context:n,width:o,height:r,r:i}=this.target;n.fillStyle=this.#e.paper,
n.fillRect(0,0,o,r),n.font=`${11*i}px ${O}`,n.textBaseline="middle",this.#i();for(let a of Wo(t.strips)){let l=t.topOf(a,
e),c=a.pinned?0:t.pinnedHeight;l+a.height<=c||l>=r/i||(n.save(),n.beginPath(),n.rect(0,Math.round(c*i),o,r),n.clip(),this.#s(
a,l),n.restore())}}#i(){let{ticks:t,view:e}=this.state,{context:n,width:o,height:r,r:i}=this.target;n.fillStyle=this.#e.
grid;for(let a of t.values)n.fillRect(Math.round((a-e.t0)/e.duration*o),0,Math.ceil(i),r)}#s(t,e){let{context:n,width:o,
r}=this.target,i=t.kind==="process";n.fillStyle=i?this.#e.band:this.#e.line,n.fillRect(0,Math.round(e*r),o,Math.round((i?
t.height:1)*r)),t.kind==="band"&&this.#a(t,e)}#a(t,e){let{r:n,height:o}=this.target;if(ln(this.target,this.state,t,e),t.
band.kind==="counter"){this.state.layout.collapsed.has(t.band.number)||rn(this.target,this.state,t,e);return}for(let{row:r,
top:i,height:a}of t.rows){let l=Math.round((e+i)*n),c=Math.max(Math.round(a*n),1);l+c>0&&l<o&&this.#d(r,l,c)}an(this.target,
this.state,t.band,e)}#d(t,e,n){let{store:o,view:r,search:i}=this.state,{context:a}=this.target;this.#t.draw(o,t,r.t0,r.t1,
i.found);let{width:l,span:c,wide:h}=this.#t,d=0,u="";for(let p=0;p<=l;p+=1){let f=p<l&&c[p]>=0?this.#c(c[p],i.found):"";
f!==u&&(u&&(a.fillStyle=u,a.fillRect(d,e,p-d,n)),d=p,u=f)}for(let p=0;p<h.length;p+=3)this.#l(h[p],h[p+1],h[p+2],e,n)}#c(t,e){
let n=this.paints[this.#n(t)];return e!==null&&!e[t]?n.faded:n.fill}#l(t,e,n,o,r){let{context:i,r:a}=this.target,{store:l,
search:c}=this.state,h=this.paints[this.#n(t)],d=c.found!==null&&!c.found[t];i.fillStyle=d?h.faded:h.fill,i.fillRect(e,o,
n-e,r),!d&&n-e>4*a&&e>0&&(i.fillStyle=h.edge,i.fillRect(e,o,Math.max(Math.round(a/2),1),r)),l.unfinished.has(t)&&sn(this.
target,this.#e.paper,e,n,o,r),n-e>zo*a&&r>Do*a&&(i.fillStyle=d?this.#e.ink:h.label,this.#r(l.name[t],e+4*a,o+r/2+a/2,n-e-
7*a))}#r(t,e,n,o){let{context:r}=this.target,{text:i,width:a}=this.#h(t);r.fillText(ut(r,i,a,o),e,n)}#h(t){let e=this.#o.
get(t);if(e)return e;let n=g(this.state.store.names[t]),o={text:n,width:this.target.context.measureText(n).width};return this.#o.
set(t,o),o}};function Wo(s){let t=s.filter(({kind:e})=>e==="process");return[...s.filter(({kind:e})=>e!=="process"),...t]}
function Uo(s,t){if(s==="self"){let o=Xt.length-1,{selfTime:r}=t,{duration:i}=t.host;return a=>Math.round((i[a]?r[a]/i[a]:
1)*o)}if(s==="thread"){let o=Uint8Array.from(t.bands,r=>$(r.title));return r=>o[t.bandOfRow[t.rowOf(r)]]}let e=Uint8Array.
from(s==="cat"?t.cats:t.names,$),n=s==="cat"?t.cat:t.name;return o=>e[n[o]]}function cn(s,t,e){return new Set(s.bands.filter(n=>!Ko(s,n,t,e)).map(({number:n})=>n))}function Ko(s,t,e,n){if(t.kind===
"counter"||t.lost.some(([a,l])=>a<n&&l>=e))return!0;for(let a=t.first_row;a<t.first_row+t.rows;a+=1){let[l,c]=s.inRow(a,
e,n);if(l<c)return!0}let{time:o}=s.instants,r=t.first_item+t.items,i=M(o,e,t.first_item,r);return i<r&&o[i]<n}var Go=[1,2,5,10,15,30,60,120,180,360,720,1440,2880,7200,14400],ee=6e10,hn=864e11,Vo=5e3;function jo(s,t){let e=s/Math.max(
t,1);if(e>3e10){let r=Go.find(i=>i*ee>=e);return ee*(r??Math.ceil(e/hn)*1440)}let n=10**Math.floor(Math.log10(e)),o=[1,2,
5].find(r=>r*n>=e*.999)??10;return Math.max(o*n,.001)}function dn(s,t,e){let n=jo(t-s,e),o=Math.max(Math.abs(s),Math.abs(
t))/n>Vo,r=o?Math.floor(s/(n*1e3))*n*1e3:0,i=[];for(let d=Math.ceil((s-r)/n);r+d*n<=t;d+=1)i.push(r+d*n);let[,a,l]=at(Math.
max(Math.abs(t-r),n)/1.2),c=Math.max(0,Math.ceil(-Math.log10(n/a)-1e-9)),h=i.map(d=>{let u=(d-r)/a;return`${o?"+":""}${u===
0?"0":u.toFixed(Math.min(c,9))} ${l}`});return{values:i,labels:h,base:o?`${Yo(r)} +`:"",step:n}}function Yo(s){let t=[],
e=Math.abs(s);for(let[o,r]of[[hn,"d"],[36e11,"h"],[ee,"min"]]){let i=Math.floor(e/o);i&&t.push(`${i} ${r}`),e-=i*o}let n=(e/
1e9).toFixed(9).replace(/\.?0+$/,"");return(n!=="0"||!t.length)&&t.push(`${n} s`),(s<0?"-":"")+t.join(" ")}var Jo={length:w,moment:Le,ticks:dn};function un(s){return s?.unit?qo(s.unit,s.zero):Jo}function qo(s,t){return{length:e=>`${H(
e)} ${s}`,moment:e=>`${x(t+e)} ${s}`,ticks:(e,n,o)=>Xo(e,n,t,s,o)}}var Zo=[[1e12," T"],[1e9," G"],[1e6," M"],[1e3," k"],
[1,""]];function Xo(s,t,e,n,o){let r=Math.max((t-s)/Math.max(o,1),1),i=10**Math.floor(Math.log10(r)),a=i*([1,2,5,10].find(
p=>p*i>=r*.999)??10),l=[];for(let p=Math.ceil((e+s)/a);p*a<=e+t;p+=1)l.push(p*a-e);let[c,h]=Zo.find(([p])=>Math.max(Math.
abs(e+t),a)>=p)??[1,""],d=Math.min(Math.max(0,Math.ceil(-Math.log10(a/c)-1e-9)),12),u=l.map(p=>e+p?`${((e+p)/c).toFixed(
d)}${h}`:"0");return{values:l,labels:u,base:n,step:a}}function bt(s){let t=s.match(/^\/(.+)\/([imsu]*)$/);try{return t&&new RegExp(t[1],t[2])}catch{return null}}function yt(s){
return/[*+?{(]/.test(bt(s)?.source??"")}function wt(s,t){if(!s)return null;let e=t?.get(s);if(e)return r=>e.has(r);let n=bt(
s);if(n)return r=>n.test(r);let o=s.toLowerCase();return r=>r.toLowerCase().includes(o)}var mn=/^\s*(cat|thread|arg):(?:"([^"]*)"|([^\s="]*="[^"]*")|(\S*))\s*/i;
function Qo(s){let t=s.match(/^([^="]+)=(?:"(.*)"|(.*))$/);return t?{key:t[1],text:t[2]??t[3]}:{key:"",text:s}}function ne(s){
let t={args:[],name:"",cat:"",thread:""},e=s;for(let n=e.match(mn);n;n=e.match(mn)){let o=n[2]??n[3]??n[4],r=n[1].toLowerCase();
r!=="arg"?t[r]=o:o&&t.args.push(Qo(o)),e=e.slice(n[0].length)}return t.name=e,t}var gt=class{constructor(t){this.store=t}store;query="";found=null;foundNames=null;count=0;at=-1;span=-1;note="";wait(t){
this.query=t,this.note="…",this.at=this.span=-1,this.count=0}fail(t){this.found=this.foundNames=null,this.note=t}find(t,e=null,n){
let{store:o}=this;this.query=t,this.note="",this.at=-1,this.span=-1,this.count=0;let r=ne(t),[i,a,l]=[r.name,r.cat,r.thread].
map(u=>wt(u,n)),c=i!==null||a!==null||l!==null||e!==null;this.found=c?new Uint8Array(o.size):null,this.foundNames=c?Uint8Array.
from(o.names,u=>Number(i?.(u)??!1)):null;let h=Uint8Array.from(o.cats,u=>Number(a?.(u)??!0)),d=o.bands.map(u=>l?.(u.title)??
!0);for(let u=0;c&&u<o.rows;u+=1)d[o.bandOfRow[u]]&&this.#t(u,h,i===null,e)}#t(t,e,n,o){let{name:r,cat:i,rowStart:a}=this.
store;for(let l=a[t];l<a[t+1];l+=1)!e[i[l]]||!(n||this.foundNames?.[r[l]])||o?.[l]===0||(this.found&&(this.found[l]=1),this.
count+=1)}step(t,e){if(!this.count)return-1;let{start:n}=this.store,o=this.span<0?this.beside(e,-1,t):this.beside(n[this.
span],this.span,t);return o<0&&(o=this.beside(t>0?-1/0:1/0,-1,t)),this.at=this.span<0?this.rankOf(o):(this.at+t+this.count)%
this.count,this.span=o,o}beside(t,e,n){let{start:o}=this.store,r=(a,l)=>n*(o[a]-o[l]||a-l)<0,i=-1;for(let a=0;a<this.store.
rows;a+=1){let l=n>0?this.nextInRow(a,t,e):this.previousInRow(a,t,e);l>=0&&(i<0||r(l,i))&&(i=l)}return i}nextInRow(t,e,n){
let{start:o,rowStart:r}=this.store,i=r[t+1];for(let a=M(o,e,r[t],i);a<i;a+=1){let l=o[a]===e&&a<=n;if(this.found?.[a]&&!l)
return a}return-1}previousInRow(t,e,n){let{start:o,rowStart:r}=this.store,i=r[t+1],a=M(o,e,r[t],i);for(;a<i&&o[a]===e;)a+=
1;for(a-=1;a>=r[t];a-=1){let l=o[a]===e&&a>=n;if(this.found?.[a]&&!l)return a}return-1}longest(t){let{duration:e}=this.store.
host,n=[];return this.found?.forEach((o,r)=>{o&&n.push(r)}),n.sort((o,r)=>e[r]-e[o]||o-r).slice(0,t)}rankOf(t){let{start:e,
size:n}=this.store,o=0;for(let r=0;r<n;r+=1){let i=e[r]<e[t]||e[r]===e[t]&&r<t;this.found?.[r]&&i&&(o+=1)}return o}get status(){
if(this.note)return this.note;if(!this.found)return"";if(!this.count)return"no match";let t=x(this.count);return this.at<
0?`${t} found`:`${x(this.at+1)} of ${t}`}};var xt=class{constructor(t,e){this.end=t;this.changed=e;this.t1=t}end;changed;t0=0;t1;get duration(){return this.t1-this.
t0}get middle(){return(this.t0+this.t1)/2}show(t,e){let n=Math.min(Math.max(e-t,10),this.end*1.2),o=n*.1,r=Math.max(this.
end+o-n,-o);this.t0=Math.min(Math.max((t+e)/2-n/2,-o),r),this.t1=this.t0+n,this.changed()}showAll(){this.show(0,this.end)}zoom(t,e){
let n=Math.min(Math.max(t,10/this.duration),this.end*1.2/this.duration);this.show(e-(e-this.t0)*n,e+(this.t1-e)*n)}pan(t){
let e=t*this.duration;this.show(this.t0+e,this.t1+e)}center(t,e){let n=Math.max(e*1.4,e>0?10:this.duration),o=t+e/2;this.
show(o-n/2,o+n/2)}};var tr=110,vt=class{constructor(t,e){this.store=t;this.view=new xt(t.end,e),this.layout=new dt(t),this.search=new gt(t),
this.counters=new ht(t),this.scale=un(t.axis)}store;view;layout;search;counters;scale;theme=L.light;size={width:0,height:0,
gutter:0,top:0,plotWidth:0,plotHeight:0,ratio:1};gutter=null;scroll=0;wheelZooms=!1;counterMode="level";counterScales=new Map;selected=-1;range=null;rangeBands=null;pointer=null;notes=[];scales=new Map;get ticks(){
return this.scale.ticks(this.view.t0,this.view.t1,Math.max(this.size.plotWidth/tr,1))}get picture(){let{store:t,layout:e,
view:n,scroll:o,size:r}=this;return{store:t,layout:e,view:n,scroll:o,width:r.plotWidth,ratio:r.ratio}}get selectedInterval(){
return this.range?this.range:this.selected>=0?[this.store.start[this.selected],this.store.endOf(this.selected)]:null}get rangedBands(){
let{rangeBands:t}=this;return this.layout.shownBands.filter(({number:e})=>t?.has(e)??!0)}timeAt(t){return this.view.t0+t/
this.size.plotWidth*this.view.duration}moment(t){return this.scale.moment(t,this.view.duration/Math.max(this.size.plotWidth,
1))}counterUnit(t){return t+(this.counterMode==="rate"?"/s":"")}toUs(t){return this.store.zeroUs+this.store.toHost(t)/1e3}fromUs(t){
return this.store.toPlace(Math.round((t-this.store.zeroUs)*1e3))}};var pn=63,St=12,oe="rgba(0,0,0,0)",er={width:24,height:24,path:"M9 4 7.2 6H4v14h16V6h-3.2L15 4zm3 4a5 5 0 1 1 0 10 5 5 0\
 0 1 0-10z"},Mt=class{constructor(t,e,n,o){this.element=t;this.state=e;this.actions=n;this.settled=o}element;state;actions;settled;#t=null;#e=!1;#n=!1;#o=!1;#i=0;get ready(){
return this.#t!==null}async start(t){await t.newPlot(this.element,[],this.#s(),this.#a()),this.#t=t,this.element.on("plo\
tly_relayout",e=>this.#l(e)),this.#r(),this.sync()}#s(){let{size:t,theme:e}=this.state;return{width:t.width,height:t.height,
autosize:!1,showlegend:!1,dragmode:"zoom",margin:{l:t.gutter,r:St,t:t.top,b:0},paper_bgcolor:oe,plot_bgcolor:oe,font:{size:11,
color:e.faint,family:O},modebar:{bgcolor:oe,color:e.faint,activecolor:e.ink,orientation:"h"},xaxis:{side:"top",showgrid:!1,
zeroline:!1,tickmode:"array",ticks:"outside",ticklen:4,tickcolor:e.faint,tickangle:0,...this.#d()},yaxis:{fixedrange:!0,
visible:!1,range:[0,1]}}}#a(){return{displayModeBar:!0,displaylogo:!1,doubleClick:!1,scrollZoom:!1,responsive:!1,modeBarButtons:[
[{name:"picture",title:"Save this view as PNG",icon:er,click:()=>this.actions.savePicture()}],["zoomIn2d","zoomOut2d","a\
utoScale2d"]]}}#d(){let{view:t,ticks:e}=this.state;this.#i=t.t0;let n=e.values.map(o=>o-t.t0);return{range:[0,t.duration],
tickvals:n,ticktext:e.labels}}sync(t=!1){if(!this.#t)return;if(this.#o||=t,this.#e){this.#n=!0;return}this.#e=!0;let e=this.#o?
this.#s():this.#c();this.#o=!1,this.#t.relayout(this.element,e).then(()=>{this.#e=!1,this.#n?(this.#n=!1,this.sync()):this.
settled()})}#c(){let{range:t,tickvals:e,ticktext:n}=this.#d();return{"xaxis.range":t,"xaxis.tickvals":e,"xaxis.ticktext":n}}#l(t){
if(this.#e)return;let{view:e}=this.state;t["xaxis.autorange"]?e.showAll():"xaxis.range[0]"in t&&e.show(t["xaxis.range[0]"]+
this.#i,t["xaxis.range[1]"]+this.#i)}#r(){for(let t of this.element.querySelectorAll(".modebar-btn"))t.setAttribute("rol\
e","button"),t.setAttribute("tabindex","0"),t.setAttribute("aria-label",t.getAttribute("data-title")??"toolbar button"),
t.addEventListener("keydown",e=>{(e.key==="Enter"||e.key===" ")&&t.dispatchEvent(new MouseEvent("click",{bubbles:!0}))})}stop(){
this.#t?.purge(this.element),this.#t=null}};function fn(s){let t=(E,B={})=>m("div",{class:`aero-${E}`,...B}),e=(E,B)=>m("canvas",{class:`aero-${E}`,...B}),n=e("rows",
{role:"img"}),o=e("over",{"aria-hidden":"true"}),i=e("overview",{"aria-hidden":"true",title:"the whole trace: drag the w\
indow, or draw a new one"}),a={root:s,stage:t("stage",{"data-drag":"pan"}),rows:new R(n,{alpha:!1}),over:new R(o),overview:new R(
i,{willReadFrequently:!0}),base:t("base"),names:t("names"),plot:t("plot"),scroller:t("scroller",{tabindex:"0",role:"grou\
p","aria-label":"scroll the tracks"}),bar:t("bar",{role:"toolbar","aria-label":"timeline"}),menu:t("menu",{role:"dialog",
hidden:!0}),notice:t("notice",{role:"status",hidden:!0}),empty:t("empty",{hidden:!0}),tip:t("tip",{role:"tooltip",hidden:!0}),
panel:t("panel",{role:"document",tabindex:"-1",hidden:!0}),edge:t("edge",{role:"separator",tabindex:"0","aria-orientatio\
n":"vertical","aria-valuenow":"0","aria-label":"width of the names",title:"drag to give the names more room; double clic\
k: as it was"}),handle:t("handle",{role:"separator",tabindex:"0","aria-orientation":"horizontal","aria-valuenow":"0","ar\
ia-label":"height of the timeline",title:"drag to make it taller or lower; double click: as it was"}),said:t("said",{role:"\
status"})},{stage:l,base:c,names:h,plot:d,scroller:u,bar:p,menu:f,empty:b,tip:v,edge:A,handle:P,panel:S,said:k}=a;u.append(
m("div"));let T=m("div",{class:"aero-gutter"},h);return l.append(n,o,i,c,T,d,A,u,b,p,f,v),s.replaceChildren(l,P,S,k),a}var kt=class{constructor(t,e,n,o){this.host=t;this.state=e;this.toolbar=n;this.actions=o;let r={search:i=>o.searching.show(
i??""),color_by:i=>this.#o(i??"name"),counter_mode:i=>this.#i(i??"level"),shown:i=>this.#s(i??null),pinned:i=>this.#a(e.
layout.pinned,i??[]),collapsed:i=>this.#a(e.layout.collapsed,i??[]),scale_fit:()=>this.#d(),scale_log:()=>this.#d(),notes:i=>this.#c(
i??[]),_selected:i=>this.#l(i??-1),selection_tracks:i=>this.#h(i??null),selection_range:i=>this.#r(i?[e.fromUs(i[0]),e.fromUs(
i[1])]:null),height:()=>o.relayout(),wheel:i=>{e.wheelZooms=i==="zoom"},window:i=>i&&e.view.show(e.fromUs(i[0]),e.fromUs(
i[1]))};for(let i of Object.keys(r))this.#n(i,r[i]);this.#e=!0}host;state;toolbar;actions;#t=[];#e=!1;#n(t,e){this.#t.push(
this.host.on(t,()=>e(this.host.get(t))));let n=this.host.get(t);n!=null&&e(n)}stop(){for(let t of this.#t)t()}#o(t){this.
toolbar.colors.value=t,this.actions.recolor(t)}#i(t){this.state.counterMode=t,this.toolbar.counters.value=t,this.actions.
draw()}#s(t){this.state.layout.showOnly(t),this.actions.relayout(),this.toolbar.menus.fill()}#a(t,e){this.state.layout.mark(
t,e),this.actions.relayout(),this.toolbar.menus.fill()}#d(){this.state.counterScales.clear();for(let t of["fit","log"]){
let e=this.host.get(`scale_${t}`)??[];for(let{number:n,track:o}of this.state.store.bands)e.includes(o)&&this.state.counterScales.
set(n,t)}this.actions.draw()}#c(t){this.toolbar.menus.notes.take(t),this.toolbar.menus.fill()}#l(t){t!==this.state.selected&&
(t>=0?this.actions.selecting.span(t,this.#e||!this.host.get("window")):this.state.selected>=0&&this.actions.selecting.clear())}#r(t){
let{range:e}=this.state;if(!t){e&&this.actions.selecting.clear();return}e&&t.every((o,r)=>Math.abs(o-e[r])<=1)||this.actions.
selecting.range(t,!0,this.state.rangeBands)}#h(t){let{state:e}=this,{bands:n}=e.store,o=n.flatMap(({number:r,track:i})=>t?.
includes(i)?[r]:[]);e.rangeBands=t&&new Set(o),e.range&&this.actions.selecting.range(e.range,!0,e.rangeBands)}};var nr=[1,18,300],Tt=class{constructor(t,e,n,o){this.stage=t;this.state=e;this.actions=n;this.focus=o;t.addEventListener(
"wheel",r=>this.#n(r),{capture:!0,passive:!1}),t.addEventListener("pointerdown",r=>this.#i(r),{capture:!0}),t.addEventListener(
"pointermove",r=>this.#a(r)),t.addEventListener("pointerup",r=>this.#l(r)),t.addEventListener("pointercancel",()=>{this.#t=
null}),t.addEventListener("pointerleave",()=>this.actions.point(null)),t.addEventListener("dblclick",r=>this.#r(r))}stage;state;actions;focus;mode="\
pan";#t=null;#e(t){let{gutter:e,top:n,plotWidth:o,plotHeight:r}=this.state.size,i=this.stage.getBoundingClientRect(),a=t.
clientX-i.left-e,l=t.clientY-i.top-n,h=t.target.closest?.(".aero-menu, .aero-bar")===null&&a>=0&&a<o&&l>=0&&l<r;return{x:a,
y:l,inside:h,time:this.state.timeAt(a)}}#n(t){if(t.target.closest(".aero-menu"))return;let{x:e,y:n,inside:o,time:r}=this.#e(
t),i=nr[t.deltaMode]??1,[a,l]=[t.deltaX*i,t.deltaY*i],{view:c,size:h,scroll:d}=this.state,u=t.ctrlKey||t.metaKey||this.state.
wheelZooms;if(o&&(t.shiftKey||Math.abs(a)>Math.abs(l)))c.pan((a||l)/2/h.plotWidth);else if(o&&u)c.zoom(1.0016**l,r);else if((o||
e<0)&&n>=0&&this.#o(l))this.actions.scrollTo(d+l);else return;t.preventDefault(),t.stopPropagation()}#o(t){let{layout:e,
size:n,scroll:o}=this.state,r=e.height-n.plotHeight;return r>0&&(t>0?o<r:o>0)}#i(t){let e=this.#e(t);if(t.button!==0||!e.
inside||this.mode==="zoom")return;this.stage.setPointerCapture(t.pointerId),this.focus();let{view:n,scroll:o}=this.state,
r=t.shiftKey?null:this.#s(e.x),i=this.mode==="area"||t.shiftKey&&(t.ctrlKey||t.metaKey),a=r!==null||i||this.mode==="rang\
e"||t.shiftKey,l=r!==null?this.state.rangeBands:i?"area":null;this.#t={...e,time:r??e.time,t0:n.t0,t1:n.t1,scroll:o,ranging:a,
bands:l,moved:!1},t.preventDefault()}#s(t){let{range:e,view:n,size:o}=this.state;if(!e)return null;let r=e.map(a=>Math.abs(
(a-n.t0)/n.duration*o.plotWidth-t)),i=r[0]<r[1]?0:1;return r[i]<=5?e[1-i]:null}#a(t){let e=this.#e(t),n=this.#t;if(!n){this.
stage.classList.toggle("aero-at-edge",e.inside&&this.#s(e.x)!==null),this.actions.point(e.inside?e:null);return}let[o,r]=[
e.x-n.x,e.y-n.y];Math.hypot(o,r)>4&&(n.moved=!0),n.moved&&(this.actions.point(null),n.ranging?this.#d(n,e):this.#c(n,o,r))}#d(t,e){
let{view:n,layout:o,scroll:r}=this.state,i=Math.min(Math.max(e.time,n.t0),n.t1),a=t.bands==="area"?o.bandsBetween(t.y,e.
y,r):t.bands;this.actions.selecting.range([Math.min(t.time,i),Math.max(t.time,i)],!1,a)}#c(t,e,n){let o=e/this.state.size.
plotWidth*(t.t1-t.t0);this.state.view.show(t.t0-o,t.t1-o),this.actions.scrollTo(t.scroll-n)}#l(t){let e=this.#t;this.#t=
null,e&&(e.moved?e.ranging&&this.actions.selecting.range(this.state.range,!0,this.state.rangeBands):this.actions.selecting.
at(this.#e(t)))}#r(t){let e=this.state.selected>=0;this.mode!=="zoom"&&e&&this.#e(t).inside&&this.actions.fit()}};var re=[{shown:"W",key:"w",meaning:"zoom in",act:({view:s})=>s.zoom(.7,s.middle)},{shown:"S",key:"s",meaning:"zoom out",
act:({view:s})=>s.zoom(1.4285714285714286,s.middle)},{shown:"A",key:"a",meaning:"to the left",act:({view:s})=>s.pan(-.2)},
{shown:"D",key:"d",meaning:"to the right",act:({view:s})=>s.pan(.2)},{shown:"F",key:"f",meaning:"fit the selection",act:({
actions:s})=>s.fit()},{shown:"R",key:"r",meaning:"numbers of the range in sight",act:({actions:s})=>s.selecting.sight()},
{shown:"0",key:"0",meaning:"show the whole trace",act:({view:s})=>s.showAll()},{shown:"← →",key:"ArrowLeft",meaning:"\
previous or next span of the row",act:({actions:s})=>s.selecting.stepSpan(-1)},{shown:"",key:"ArrowRight",meaning:"",act:({
actions:s})=>s.selecting.stepSpan(1)},{shown:"↑ ↓",key:"ArrowUp",meaning:"parent or first child; without a selection\
 scroll",act:({actions:s})=>s.selecting.stepLevel(-1)},{shown:"",key:"ArrowDown",meaning:"",act:({actions:s})=>s.selecting.
stepLevel(1)},{shown:"[ ]",key:"[",meaning:"previous or next span of the same name",act:({actions:s})=>s.selecting.stepName(
-1)},{shown:"",key:"]",meaning:"",act:({actions:s})=>s.selecting.stepName(1)},{shown:", .",key:",",meaning:"back or on a\
long a flow",act:({actions:s})=>s.selecting.stepFlow(-1)},{shown:"",key:".",meaning:"",act:({actions:s})=>s.selecting.stepFlow(
1)},{shown:"/",key:"/",meaning:"search; Enter next, Shift+Enter previous",act:({toolbar:s})=>s.focusSearch()},{shown:"L",
key:"l",meaning:"list what was found, longest first",act:({actions:s})=>s.searching.list()},{shown:"I",key:"i",meaning:"\
fold tracks with nothing in sight, or show them",act:({actions:s})=>s.toggleIdle()},{shown:"N",key:"n",meaning:"note on \
the selection, or on the middle",act:({toolbar:s})=>s.askNote()},{shown:"Esc",key:"Escape",meaning:"clear selection, the\
n search",act:({actions:s})=>s.escape()},{shown:"?",key:"?",meaning:"this help",act:({toolbar:s})=>s.toggleHelp()}],gn=[
["Ctrl+wheel","zoom at the mouse"],["wheel","scroll the tracks, at their end the page"],["Shift+wheel","pan"],["drag","p\
an and scroll"],["Shift+drag","select a range"],["Ctrl+Shift+drag","select a range on the tracks it passes over"],["drag\
 an edge","make the range longer or shorter"],["right click a name","pin, hide, show only that track or process"],["clic\
k","details of a span"],["double click","fit the span"]],bn=["saving","keep the picture in the notebook: Settings → Save\
 Widget State Automatically"];function yn(s,t){if(t.ctrlKey||t.metaKey||t.altKey)return!1;let e=t.target;if(e.matches("i\
nput, select, textarea")&&t.key!=="Escape"||(t.key==="Enter"||t.key===" ")&&e.closest("button"))return!1;let o=t.key.length===
1?t.key.toLowerCase():t.key,r=re.find(({key:i})=>i===o);return r?.act(s),r!==void 0}var Et=class{constructor(t,e,n){this.elements=t;this.state=e;this.actions=n;let{lack:o,bands:r}=e.store,{bar:i,notice:a,
empty:l,root:c}=t;i.append(a);let h=o!==null&&!r.length;c.classList.toggle("aero-nothing",h),l.hidden=!h,o&&l.append(m("\
b",{},o.what),m("p",{},o.advice))}elements;state;actions;#t="";#e=!1;show(){let t=this.#n(),e=t?.text??"";if(e===this.#t)
return;this.#t=e;let{notice:n}=this.elements,{act:o}=t??{};n.replaceChildren(e,...o?[y(o.label,o.action)]:[]),n.hidden=!e}#n(){
let{store:t,layout:e,view:n}=this.state;if(!t.bands.length)return null;if(!e.strips.length)return{text:"All tracks are h\
idden.",act:{label:"show all tracks",action:()=>{e.showOnly(null),this.actions.arranged()}}};if(n.t0<=0&&n.t1>=t.durationNs&&
(this.#e=!0),t.opening&&!this.#e){let o={label:"show all",action:()=>n.showAll()};return{text:`Not in sight: ${t.opening.
note}.`,act:o}}return t.lack&&{text:`${t.lack.what}. ${t.lack.advice}`}}};function wn(s,t,e,n){let o=se(s,t,e,n),{name:r}=s,i=new Int32Array(s.names.length);for(let[h,d]of o)for(let u=h;u<d;u+=1)
i[r[u]]+=1;let a=Array.from(i,h=>({durations:new Float64Array(h),self:0,filled:0,longest:-1,most:-1})),l=new tt(s,e,n,o);
for(let[h,d]of o)for(let u=h;u<d;u+=1){let p=a[r[u]],f=l.duration(u);f>p.most&&([p.longest,p.most]=[u,f]),p.durations[p.
filled]=f,p.filled+=1,p.self+=l.selfTime(u)}return a.map(({durations:h,self:d,longest:u},p)=>or(p,h,d,u)).filter(h=>h.count).
sort((h,d)=>d.self-h.self||h.name-d.name)}function se(s,t,e,n){let o=[];for(let r of t)if(r.kind==="thread")for(let i=r.
first_row;i<r.first_row+r.rows;i+=1)o.push(s.inRow(i,e,n));return o}var tt=class{constructor(t,e,n,o){this.store=t;this.
t0=e;this.t1=n;let r=Math.max(...t.bands.map(i=>i.part))+1;this.#n=Array.from({length:r},(i,a)=>[t.toHost(e,a),t.toHost(
n,a)]),this.#t=new Uint8Array(t.size);for(let[i,a]of o)if(i<a)for(let l of[i,a-1])this.#o(l);if(this.#e.size)for(let[i,a]of o)
this.#i(i,a)}store;t0;t1;#t;#e=new Map;#n;#o(t){this.store.start[t]>=this.t0&&this.store.endOf(t)<=this.t1||(this.#t[t]=
1,this.#e.set(t,[]))}#i(t,e){let{parent:n}=this.store;for(let o=t;o<e;o+=1)n[o]>=0&&this.#t[n[o]]&&this.#e.get(n[o])?.push(
o)}#s(t){let{start:e,duration:n}=this.store.host;if(!this.#t[t])return[e[t],e[t]+n[t]];let[o,r]=this.#n[this.store.bandOf(
t).part];return[Math.max(e[t],o),Math.min(e[t]+n[t],r)]}duration(t){if(!this.#t[t])return this.store.host.duration[t];let[
e,n]=this.#s(t);return n-e}selfTime(t){if(!this.#t[t])return this.store.selfTime[t];let e=this.#e.get(t)??[],[n,o]=this.#s(
t),r=0,i=n;for(let a of e.sort((l,c)=>this.store.host.start[l]-this.store.host.start[c])){let[l,c]=this.#s(a);r+=Math.max(
Math.min(c,o)-Math.max(l,i),0),i=Math.max(i,c)}return o-n-r}};function or(s,t,e,n){let o=t.length,[r,i]=[0,0];for(let a of t)
r+=a,a>i&&(i=a);return{name:s,count:o,total:r,self:e,mean:r/o,p50:Gt(t,.5),p95:Gt(t,.95),max:i,longest:n}}function xn(s,t,e,n){
return t.filter(r=>r.kind==="counter").map(r=>rr(s,r,e,n)).filter(r=>r!==null)}function rr(s,t,e,n){let{time:o,value:r}=s.
samples,i=t.first_item+t.items,a=M(o,e,t.first_item,i),l=M(o,n,a,i),c=[];for(let f=a;f<l;f+=1)Number.isNaN(r[f])||c.push(
f);if(!c.length)return null;let h=c.map(f=>r[f]),d=h[h.length-1]-h[0],u=s.host.samples,p=(u[c[c.length-1]]-u[c[0]])/1e9;
return{band:t,count:c.length,min:h.reduce((f,b)=>Math.min(f,b)),mean:h.reduce((f,b)=>f+b)/h.length,max:h.reduce((f,b)=>Math.
max(f,b)),delta:d,rate:p>0?d/p:Number.NaN}}var ie=28;function vn({name:s,start:t,size:e},n,o){let r=(a,l)=>o*(t[a]-t[l]||a-l),i=-1;for(let a=0;a<e;a+=1)s[a]!==s[n]||
r(a,n)<=0||(i<0||r(a,i)<0)&&(i=a);return i}function Mn({name:s,host:{duration:t},size:e},n){let o=[];for(let f=0;f<e;f+=
1)s[f]===s[n]&&o.push(t[f]);let r=Float64Array.from(o).sort(),[i,a]=[r[0],r[r.length-1]],[l,c]=[Math.log(Math.max(i,1)),
Math.log(Math.max(a,1))],h=f=>c>l?Math.min(Math.floor((Math.log(Math.max(f,1))-l)/(c-l)*ie),ie-1):0,d=new Array(c>l?ie:1).
fill(0);for(let f of r)d[h(f)]+=1;let u=o.filter(f=>f>t[n]).length,p=xe(r,.5);return{count:o.length,longer:u,least:i,median:p,
most:a,bins:d,own:h(t[n])}}function Sn(s,{key:t,text:e}){let n=e.toLowerCase();if(!t)return JSON.stringify(s).toLowerCase().includes(n);let o=t.toLowerCase();
return kn(s).some(([r,i])=>r.toLowerCase()===o&&sr(i,n))}function kn(s){return typeof s!="object"||s===null?[]:[...Array.
isArray(s)?[]:Object.entries(s),...Object.values(s).flatMap(kn)]}function sr(s,t){return typeof s=="object"&&s!==null?!1:
typeof s=="number"?String(s)===t||t.trim()!==""&&Number(t)===s:String(s).toLowerCase()===t}async function Tn(s,t,e){let n=s.argsText(e);if(n!==null)return n;if(!t)return"";try{return(await t({ask:"args",span:e})).
text??""}catch{return"(the kernel did not answer: run the cell again to see the arguments)"}}async function En(s,t,e){let n=s.
spansWithArgs(r=>e.every(i=>Sn(r,i)));if(n)return n;if(!t)throw new Error("no arguments here");let o=new Uint8Array(s.size);
for(let r of e){let{buffers:i}=await t({ask:"find_args",...r}),a=z(i[0]);for(let l of new Int32Array(a.slice().buffer))o[l]+=
1}return o.map(r=>+(r===e.length))}var G=class{constructor(t,e,n,o,r,i,a="names"){this.caption=t;this.rows=e;this.columns=n;this.name=o;this.most=i;this.ofWhat=
a;this.#t=n.find(({head:l})=>l===r)??n[0],this.#n()}caption;rows;columns;name;most;ofWhat;element=m("table");#t;#e=!0;#n(){
let{rows:t,columns:e,most:n}=this,o=t.length>n?`, the first ${n} of ${t.length} ${this.ofWhat} shown`:"",r=this.#s.slice(
0,n).map(l=>{let c=e.slice(1).map(h=>m("td",{class:"aero-number"},h.text(l)));return m("tr",{},m("td",{},this.name(l)),...c)}),
i=m("tr",{},...e.map(l=>this.#o(l))),a=m("caption",{},this.caption+o);this.element.replaceChildren(a,m("thead",{},i),m("\
tbody",{},...r))}#o(t){let e=t===this.#t,n=this.#e?"descending":"ascending",o=y(`Sort by ${t.head}`,()=>this.#i(t),{text:t.
head,class:"aero-sort"}),r=t===this.columns[0]?null:"aero-number";return m("th",{scope:"col",class:r,"aria-sort":e?n:null},
o)}#i(t){this.#e=t===this.#t?!this.#e:t!==this.columns[0],this.#t=t,this.#n(),this.element.querySelector(`[aria-label="S\
ort by ${t.head}"]`)?.focus({preventScroll:!0})}get#s(){let{value:t}=this.#t,e=this.#e?-1:1,n=(o,r)=>o<r?-1:o>r?1:0;return[
...this.rows].sort((o,r)=>e*n(t(o),t(r)))}get copied(){let t=this.columns.map(({copied:n})=>n),e=this.#s.map(n=>this.columns.
map(({value:o})=>ir(o(n))));return[t,...e].map(n=>n.join("	")).join(`
`)}};function ir(s){return String(s).replace(/[\t\r\n]/g," ")}var An=200;function Nn(s,t){let{store:e,search:n}=s,o=n.longest(An),r=d=>e.bandOf(d).title,i=[{head:"name",copied:"name",
text:()=>"",value:d=>e.nameOf(d)},{head:"duration",copied:"dur_us",text:d=>w(e.host.duration[d]),value:d=>e.host.duration[d]/
1e3},{head:"self",copied:"self_us",text:d=>w(e.selfTime[d]),value:d=>e.selfTime[d]/1e3},{head:"start",copied:"ts_us",text:d=>s.
moment(e.start[d]),value:d=>e.host.start[d]/1e3},{head:"track",copied:"track",text:d=>g(r(d),40),value:r}],a=d=>{let u=g(
e.nameOf(d));return y(`Select this ${u}`,()=>t(d),{text:u,class:"aero-link"})},c=`${n.count>o.length?`the ${o.length} lo\
ngest of `:""}${x(n.count)} found for ${g(n.query,60)}`,{element:h}=new G(c,o,i,a,"duration",An,"spans");return{table:m(
"div",{class:"aero-table",tabindex:"0"},h),words:c}}function On(s,t,e,n){let o=Ln(-1,null),r=se(s,t,e,n),i=new tt(s,e,n,r),a=[o],l=new Int32Array(s.size),c=new Map;for(let[
h,d]of r)for(let u=h;u<d;u+=1){let p=s.parent[u]>=0?l[s.parent[u]]:0,f=p*s.names.length+s.name[u],b=c.get(f);b===void 0&&
(b=a.length,c.set(f,b),a.push(Ln(s.name[u],a[p]))),l[u]=b,ar(a[b],u,i.duration(u),i.selfTime(u))}for(let h of a)h.children.
sort((d,u)=>u.total-d.total);return o.total=o.children.reduce((h,{total:d})=>h+d,0),o}function Ln(s,t){let e={name:s,parent:t,
children:[],count:0,total:0,self:0,longest:-1,longestTime:-1};return t?.children.push(e),e}function ar(s,t,e,n){s.count+=
1,s.total+=e,s.self+=n,e>s.longestTime&&([s.longest,s.longestTime]=[t,e])}function Hn(s){let t=[],e=n=>{for(let o of n.children)
t.push({end:o,at:o}),e(o)};return e(s),Rn(t)}function $n({ends:s}){let t=s.flatMap(({end:e,at:n})=>n.parent?.parent?[{end:e,
at:n.parent}]:[]);return Rn(t)}function Rn(s){let t=new Map;for(let{end:e,at:n}of s){let o=t.get(n.name)??{name:n.name,self:0,
count:0,longest:e.longest,ends:[]};o.self+=e.self,o.count+=e.count,o.ends.push({end:e,at:n}),t.set(n.name,o)}for(let e of t.
values())e.longest=e.ends.reduce((n,o)=>o.end.longestTime>n.end.longestTime?o:n).end.longest;return[...t.values()].sort(
(e,n)=>n.self-e.self||e.name-n.name)}async function At(s){if(navigator.clipboard){await navigator.clipboard.writeText(s);return}let t=m("textarea",{style:"po\
sition: fixed; opacity: 0"});t.value=s;let e=document.activeElement;document.body.append(t),t.select();let n=document.execCommand(
"copy");if(t.remove(),e?.focus({preventScroll:!0}),!n)throw new Error("this page may not copy")}function ae(s,t){let e=[];for(let r=s.parent;r;r=r.parent)e.unshift(r);let n=e.map((r,i)=>({node:r,left:0,width:t,level:i,
rest:0})),o=(r,i,a,l)=>{if(n.push({node:r,left:i,width:a,level:l,rest:0}),l+1>=400)return;let c=Math.max(r.total,r.children.
reduce((b,{total:v})=>b+v,0)),h=a/(c||1),d=i,u=0;for(let b of r.children){if(b.total*h<.5)break;o(b,d,b.total*h,l+1),d+=
b.total*h,u+=1}let p=r.children.slice(u),f=p.reduce((b,{total:v})=>b+v,0)*h;f>=.5&&n.push({node:r,left:d,width:f,level:l+
1,rest:p.length})};return o(s,0,t,e.length),n}function le(s,t){let e=new Set,n=0,o=(r,i)=>{let a=t(r);a&&e.add(r),a&&!i&&
(n+=r.total);for(let l of r.children)o(l,i||a)};return o(s,!1),{nodes:e,total:n}}var lr=1e3,cr=`onmessage = ({ data }) => {
  postMessage(null);
  postMessage(data.map(([expression, texts]) => texts.filter((text) => expression.test(text))));
}`,Pn,V=class{#t=null;#e;async match(t){this.end();let e=new Map;if(!t.length)return e;try{let n=await this.#n(t.map(([o,
r])=>[bt(o),[...r]]));return t.forEach(([o],r)=>{e.set(o,new Set([...e.get(o)??[],...n[r]]))}),e}finally{this.end()}}#n(t){
return new Promise((e,n)=>{let o=()=>n(new Error("not allowed here"));try{Pn??=URL.createObjectURL(new Blob([cr],{type:"\
text/javascript"})),this.#t=new Worker(Pn)}catch{return o()}this.#t.onerror=o,this.#t.onmessage=({data:r})=>{r?e(r):this.#e=
setTimeout(()=>n(new Error("stopped: too slow")),lr)},this.#t.postMessage(t)})}end(){clearTimeout(this.#e),this.#t?.terminate(),
this.#t=null}};var W=18,hr=24,Nt=class{constructor(t,e,n){this.root=t;this.words=e;this.options=n;this.theme=n.theme,this.#d=n.colors??
_,this.#r=t,this.#h=n.callers??null;let o="Search the flame graph: a text or /regular expression/";this.#o=m("input",{type:"\
search",placeholder:"search","aria-label":o,title:o}),this.#s=y("Show the whole flame graph",()=>this.#M(null),{text:"re\
set"});let r=m("p",{},this.#o,this.#s,this.#e);this.element=m("div",{class:"aero-flames"},r,this.#t,this.#n),this.#m()}root;words;options;element;theme;#t=m(
"canvas",{class:"aero-flame",role:"application",tabindex:"0"});#e=m("span",{role:"status"});#n=m("div",{class:"aero-tip",
hidden:!0});#o;#i=new V;#s;#a=new R(this.#t);#d;#c=[];#l=null;#r;#h;#u=null;#m(){let t=this.#t;this.#o.addEventListener(
"input",()=>this.#A(this.#o.value)),this.#o.addEventListener("keydown",e=>{e.key==="Escape"&&this.#o.value&&(this.#o.value=
"",this.#A("")),e.stopPropagation()}),t.addEventListener("mousemove",e=>this.#S(this.#b(e),e)),t.addEventListener("mouse\
leave",()=>this.#S(null)),t.addEventListener("click",e=>{let n=this.#b(e);n&&this.#M(n.node===this.#r&&!n.rest?n.node.parent??
n.node:n.node)}),t.addEventListener("contextmenu",e=>{let n=this.#b(e);!n||n.rest||!this.options.select||(e.preventDefault(),
this.options.select(n.node))}),t.addEventListener("keydown",e=>this.#O(e)),t.addEventListener("focus",()=>this.#f()),t.addEventListener(
"blur",()=>this.#f())}draw(){let t=Math.max(this.element.clientWidth-2,50),e=this.#g(this.root,this.options.callers??null,
t);this.#c=this.#g(this.#r,this.#h,t);let n=i=>1+i.reduce((a,{level:l})=>Math.max(a,l),0),o=Math.max(n(e),n(this.#c))*W;
Object.assign(this.#t.style,{width:`${t}px`,height:`${o}px`}),this.#a.resize(t,o,window.devicePixelRatio||1),this.#t.setAttribute(
"aria-label",`flame graph: ${this.words.whole}; arrow keys go from bar to bar, Enter zooms, Escape resets`),this.#s.hidden=
!this.#p,this.#f(),this.#S(null),this.#k()}get#p(){return this.#r!==this.root||this.#h!==(this.options.callers??null)}#g(t,e,n){
let o=e?ae(e,n).filter(({level:a})=>a>0):[],r=o.reduce((a,{level:l})=>Math.max(a,l),0);return[...o.map(a=>({...a,level:r-
a.level})),...ae(t,n).map(a=>({...a,level:a.level+r}))]}#f(){let{context:t,width:e,height:n,r:o}=this.#a,r=ct(this.#d,this.
theme.paper);t.clearRect(0,0,e,n),t.font=`${11*o}px ${O}`,t.textBaseline="middle";for(let a of this.#c){let{left:l,width:c,
level:h}=a,{fill:d,label:u}=this.#x(a,r);if(t.fillStyle=d,t.fillRect(l*o,h*W*o,Math.max(c-(c>3?1:0),.5)*o,(W-1)*o),c<hr)
continue;let p=this.#y(a);t.fillStyle=u,t.fillText(ut(t,p,t.measureText(p).width,(c-8)*o),(l+4)*o,(h+.5)*W*o)}let i=document.
activeElement===this.#t||this.#t.matches(":focus")?this.#u:null;i&&(t.strokeStyle=this.theme.select,t.lineWidth=2*o,t.strokeRect(
(i.left+1)*o,(i.level*W+1)*o,Math.max(i.width-3,1)*o,(W-3)*o))}#x(t,e){let n=t.rest?-1:this.words.paint(t.node);if(n<0)return{
fill:this.theme.line,label:this.theme.ink};let{fill:o,faded:r,label:i}=e[n];return(this.#l?!this.#l.nodes.has(t.node):this.#v(
t.node))?{fill:r,label:this.theme.ink}:{fill:o,label:i}}#v(t){for(let e=this.#r.parent;e;e=e.parent)if(e===t)return!0;for(let e=this.#h?.
parent??null;e;e=e.parent)if(e===t)return!0;return!1}#y({node:t,rest:e}){return e?`${x(e)} more`:this.words.name(t)}#b({
offsetX:t,offsetY:e}){let n=Math.floor(e/W);return this.#c.find(o=>o.level===n&&t>=o.left&&t<o.left+o.width)??null}#w(t){
if(t.rest)return[this.#y(t),"too narrow to draw one by one: a click zooms"];let e=this.words.facts(t.node),n=this.#E(t.node.
total,this.#r.total);return[this.#y(t),...e,...this.#r===this.root?[]:[`${n} of what is zoomed into`]]}#E(t,e){return`${F(
100*t/(e||1))} %`}#S(t,e){if(this.#n.hidden=!t,!t||!e)return;this.#n.replaceChildren(...this.#w(t).map((c,h)=>m(h?"div":
"b",{},c)));let{offsetLeft:n,offsetTop:o}=this.#t,r=this.element.clientWidth-this.#n.offsetWidth-4,i=Math.min(n+e.offsetX+
12,r),a=e.clientY+18+this.#n.offsetHeight>window.innerHeight,l=o+e.offsetY+(a?-this.#n.offsetHeight-8:16);Object.assign(
this.#n.style,{left:`${Math.max(i,0)}px`,top:`${l}px`})}#k(){let t=document.activeElement===this.#t?this.#u:null,e=this.
options.select?", right click shows its longest span":"";this.#e.textContent=this.#l?this.#N(this.#l):t?this.#w(t).join(
", "):`click zooms into a bar${e}`}#N({nodes:t,total:e}){if(!t.size)return"no match";let n=w(e*this.words.unit);return`${N(
t.size,"bar")}: ${n}, ${this.#E(e,this.root.total)} of all`}#A(t){if(this.#i.end(),!yt(t)){this.#T(wt(t));return}this.#i.
match([[t,this.#L()]]).then(e=>this.#T(wt(t,e)),e=>{this.#T(null),this.#e.textContent=e.message})}#L(){let t=new Set,e=n=>(t.
add(this.words.name(n)),!1);for(let n of[this.root,this.options.callers])n&&le(n,e);return t}#T(t){let e=n=>le(n,o=>t?.(
this.words.name(o))??!1);if(this.#l=t&&e(this.root),this.#l&&this.options.callers){let n=e(this.options.callers);for(let o of n.
nodes)this.#l.nodes.add(o);this.#l.total=Math.max(this.#l.total,n.total)}this.#f(),this.#k()}#M(t){let{callers:e=null}=this.
options,n=t;for(;n?.parent;)n=n.parent;t?e&&n===e?this.#h=t:this.#r=t:[this.#r,this.#h]=[this.root,e],this.draw(),this.#u=
t?this.#c.find(o=>o.node===t&&!o.rest)??null:null,this.#f()}#O(t){if(!(t.ctrlKey||t.metaKey||t.altKey)){if(t.key==="Esca\
pe"&&this.#p)this.#M(null);else if(t.key==="Enter"&&this.#u)this.#M(this.#u.node);else if(!this.#H(t.key))return;t.preventDefault(),
t.stopPropagation(),this.#f(),this.#k()}}#H(t){let n={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]}[t];
if(!n)return!1;let o=this.#u??this.#c.find(i=>i.node===this.#r)??this.#c[0],r=this.#c.filter(({level:i})=>i===o.level+n[1]).
filter(({left:i,width:a})=>n[0]?(i-o.left)*n[0]>0:i<o.left+o.width&&i+a>o.left).sort((i,a)=>Math.abs(i.left-o.left)-Math.
abs(a.left-o.left));return this.#u=this.#u?r[0]??this.#u:o,!0}};var Lt=200,Cn=["by name","bottom-up","flame graph"],dr=["total","self","mean","p50","p95","max"],Ot=class{constructor(t,e,n){
this.state=t;this.range=e;this.select=n;let[o,r]=e;this.#e=t.rangedBands,this.#t=wn(t.store,this.#e,o,r);let i=this.#t.reduce(
(c,h)=>c+h.count,0),a=`${t.scale.length(r-o)} from ${t.moment(o)}`,l=t.rangeBands?` on ${N(this.#e.length,"track")}`:"";
this.caption=`${x(i)} spans touch ${a}${l}; their times within it`}state;range;select;element=m("div",{class:"aero-range"});caption;#t;#e;#n=m(
"span",{role:"status"});#o=null;#i=()=>"";show(){let t=Cn[ce],e=Cn.map((o,r)=>this.#a(o,r)),n=y("Copy the table, as tab-\
separated text",()=>this.#p(),{text:"copy table"});n.hidden=t==="flame graph",this.element.replaceChildren(m("p",{class:"\
aero-forms"},...e,n,this.#n),this.#d(t)),this.#s&&this.#s.draw()}#s=null;#a(t,e){let n=()=>{ce=e,this.show(),this.element.
querySelector(`[data-form="${e}"]`)?.focus({preventScroll:!0})},o=String(e===ce);return y(`The range ${t}`,n,{text:t,"ar\
ia-pressed":o,"data-form":String(e)})}#d(t){return this.#s=null,this.#n.textContent="",t==="by name"?this.#l():(this.#o??=
On(this.state.store,this.#e,...this.range),t==="bottom-up"?this.#h(this.#o):(this.#s=this.#c(this.#o),this.#s.element))}#c(t){
let{names:e}=this.state.store,n={name:({name:r})=>r<0?"all":g(e[r]),paint:({name:r})=>r<0?-1:$(e[r]),facts:({total:r,self:i,
count:a})=>[`total ${w(r)} (${F(100*r/(t.total||1))} %)`,`self ${w(i)}`,...a?[N(a,"span")]:[]],unit:1,whole:`${w(t.total)}\
 of the shown threads`},o=({longest:r})=>r>=0&&this.select(r);return new Nt(t,n,{theme:this.state.theme,select:o})}#l(){
let{names:t}=this.state.store,e=[{head:"name",copied:"name",text:()=>"",value:r=>t[r.name]},{head:"count",copied:"count",
text:r=>x(r.count),value:r=>r.count},...dr.map(r=>({head:r,copied:`${r}_us`,text:i=>w(i[r]),value:i=>i[r]/1e3}))],n=r=>this.#r(
r.name,r.longest),o=new G(this.caption,this.#t,e,n,"self",Lt);return this.#i=()=>o.copied,m("div",{class:"aero-table",tabindex:"\
0"},o.element)}#r(t,e){let n=g(this.state.store.names[t]);return y(`Show the longest ${n} of the range`,()=>this.select(
e),{text:n,class:"aero-link"})}#h(t){let e=Hn(t);this.#i=()=>this.#m(e);let n=e.slice(0,Lt),r=`self time within the rang\
e by name; ▸ shows who called${e.length>n.length?`, the first ${n.length} of ${e.length} names shown`:""}`,i=["name","\
self","share","count"].map((c,h)=>m("th",{scope:"col",class:h?"aero-number":null},c)),a=m("tbody",{},...n.map(c=>this.#u(
c,0,t.total))),l=m("table",{},m("caption",{},r),m("thead",{},m("tr",{},...i)),a);return m("div",{class:"aero-table",tabindex:"\
0"},l)}#u(t,e,n){let o=$n(t),r=g(this.state.store.names[t.name]),i=y(`Callers of ${r}`,()=>u(),{text:o.length?"▸":"",class:"\
aero-opener","aria-expanded":o.length?"false":null,disabled:!o.length}),a=n>0?`${(100*t.self/n).toFixed(1)} %`:"-",l=[w(
t.self),a,x(t.count)],c=m("td",{style:`padding-left: ${e*14}px`},i,this.#r(t.name,t.longest)),h=m("tr",{},c,...l.map(p=>m(
"td",{class:"aero-number"},p))),d=[],u=()=>{let p=d.length>0;if(p){for(;h.nextElementSibling&&Number(h.nextElementSibling.
getAttribute("data-level"))>e;)h.nextElementSibling.remove();d=[]}else d=o.map(f=>this.#u(f,e+1,n)),h.after(...d);i.textContent=
p?"▸":"▾",i.setAttribute("aria-expanded",String(!p))};return h.dataset.level=String(e),h}#m(t){let{names:e}=this.state.
store,n=t.map(({name:o,self:r,count:i})=>[e[o].replace(/[\t\r\n]/g," "),r/1e3,i]);return[["name","self_us","count"],...n].
map(o=>o.join("	")).join(`
`)}async#p(){try{await At(this.#i()),this.#n.textContent="copied"}catch(t){this.#n.textContent=`not copied: ${t.message}`}}},
ce=0;var ur=20,mr=["thread","process","global"],Ht=class{constructor(t,e,n){this.element=t;this.state=e;this.actions=n}element;state;actions;#t=0;get open(){
return!this.element.hidden}clear(){this.#t+=1,this.element.replaceChildren(),this.#e(!1)}#e(t){t!==this.open&&(this.element.
hidden=!t,this.actions.relayout())}#n(t,...e){this.#t+=1;let n=y("Close the panel (Escape)",()=>this.actions.escape(),{text:"\
×",class:"aero-close"}),o=this.element.matches(":focus-within");return this.element.setAttribute("aria-label",t),this.element.
replaceChildren(n,...e),this.#e(!0),o&&this.element.focus({preventScroll:!0}),this.#t}showSpan(t){let{store:e}=this.state,
n=m("h2",{},g(e.nameOf(t),400)),o=m("pre",{class:"aero-args",tabindex:"0",role:"group","aria-label":"arguments"}),r=[_n(
this.#o(t)),this.#a(t),...this.#s(t),this.#r(t),...this.#d(t)],i=m("div",{class:"aero-facts"},n,...r,o),a=this.#n(`Detai\
ls of ${g(e.nameOf(t))}`,i,this.#l(t));this.actions.say($e(e,t,l=>this.state.moment(l))),Tn(e,this.actions.host.ask,t).then(
l=>{a===this.#t&&(o.textContent=l,o.hidden=!l)})}#o(t){let{store:e}=this.state,n=e.bandOf(t),o=e.parent[t],[r,i]=[e.host.
duration[t],e.selfTime[t]],a=g(e.processes[n.process].title),l=e.unfinished.has(t)?", not ended in this trace":"",c=[["c\
ategory",g(e.cats[e.cat[t]]||"-")],[n.kind==="async"?"async track":"thread",`${g(n.title)} · ${a}`],["start",J(e.host.start[t])],
["duration",`${J(r)}${l}`],["self time",J(i)+(r>0?` (${he(i,r)})`:"")]];return o>=0&&c.push(["of its parent",he(r,e.host.
duration[o])]),e.axis&&c.push([`by ${g(e.axis.name)}`,this.#i(t)]),c}#i(t){let{store:e,scale:n}=this.state;return`${n.length(
e.duration[t])} from ${this.state.moment(e.start[t])}`}#s(t){let{store:e}=this.state,n=e.counterpart(t);return n<0?[]:[m(
"p",{},"counterpart: ",this.#c(n),` · ${lt(e,t)}`)]}#a(t){let e=this.state.store.ancestors(t),n=m("p",{},e.length?"in ":
"a root of its track");return e.forEach((o,r)=>{r&&n.append(" › "),n.append(this.#c(o))}),n}#d(t){let{store:e}=this.state,
{to:n,from:o}=e.flowsOf(t),r=(i,a)=>{let l=a.slice(0,ur).map(h=>{let d=` on ${g(e.bandOf(h).title,40)}, ${this.state.moment(
e.start[h])}`;return m("li",{},this.#c(h),d)}),c=a.length>l.length?[m("li",{},`and ${x(a.length-l.length)} more`)]:[];return m(
"div",{class:"aero-flows"},i,m("ul",{},...l,...c))};return[...o.length?[r("comes from ( , )",o)]:[],...n.length?[r("lead\
s to ( . )",n)]:[]]}#c(t){let e=g(this.state.store.nameOf(t));return y(`Select ${e}`,()=>this.actions.selecting.span(t,!0),
{text:e,class:"aero-link"})}#l(t){let{store:e}=this.state,{duration:n}=e.host,o=e.children(t);if(!o.length)return m("p",
{class:"aero-table"},"no children");let r=new Map;for(let h of o){let d=r.get(e.name[h])??[];d.push(h),r.set(e.name[h],d)}
let i=[...r.values()].map(h=>pr(e,h)).sort((h,d)=>d.total-h.total),a=i.slice(0,Lt).map(({longest:h,count:d,total:u,self:p})=>[
this.#c(h),x(d),w(u),w(p),w(n[h]),he(u,n[t])]),l=i.length>a.length?`, the first ${a.length} of ${i.length} names shown`:
"",c=N(o.length,"child","children")+l;return Bn(Qt(c,["name","count","total","self","max","share"],a))}#r(t){let{selecting:e}=this.
actions,n=Mn(this.state.store,t);if(n.count<2)return m("p",{},"the only one of its name");let o=Math.max(...n.bins),r=n.
bins.map((c,h)=>{let d=c?Math.max(28*c/o,2):0;return m("i",{class:h===n.own?"aero-own":null,style:`height: ${d}px`})}),i=`\
durations of this name, ${w(n.least)} to ${w(n.most)}`,l=`${`number ${x(n.longer+1)} of ${x(n.count)} by duration`}; ${w(
n.least)} to ${w(n.most)}, median ${w(n.median)}`;return m("div",{class:"aero-place"},y("Previous span of this name ([)",
()=>e.stepName(-1),{text:"["}),m("div",{class:"aero-bins",role:"img","aria-label":i,title:i},...r),y("Next span of this \
name (])",()=>e.stepName(1),{text:"]"}),m("span",{},l))}showInstant(t){let{store:e}=this.state,{time:n,name:o,scope:r}=e.
instants,i=e.names[o[t]];this.actions.say(`${g(i)}, an instant at ${this.state.moment(n[t])}`);let a=_n([["instant",`${mr[r[t]]}\
 scope`],["at",J(e.host.instants[t])]]),l=m("h2",{},g(i,400));this.#n("Details of an instant",m("div",{class:"aero-facts"},
l,a))}showRange(t,e){let n=this.state.rangeBands,o=new Ot(this.state,[t,e],l=>{this.actions.selecting.span(l,!0),this.#h(
"range",()=>this.actions.selecting.range([t,e],!0,n))}),r=this.#u(t,e),i=["counter","samples","min","mean","max","delta",
"rate"],a=r.length?[Bn(Qt("counters",i,r))]:[];this.actions.say(o.caption),this.#n("Numbers of the selected range",o.element,
...a),o.show()}showHits(){let{table:t,words:e}=Nn(this.state,n=>{this.actions.selecting.span(n,!0),this.#h("hits",()=>this.
showHits())});this.actions.say(e),this.#n("Hits of the search",t)}#h(t,e){this.element.querySelector("h2")?.before(y(`Ba\
ck to the ${t}`,e,{text:`‹ ${t}`,class:"aero-link"}))}#u(t,e){let{store:n,rangedBands:o}=this.state;return xn(n,o,t,e).
map(r=>{let{unit:i}=r.band,a=[r.min,r.mean,r.max,r.delta].map(l=>H(l,i));return[g(r.band.title),x(r.count),...a,H(r.rate,
`${i}/s`)]})}};function pr({host:{duration:s},selfTime:t},e){let n=r=>e.reduce((i,a)=>i+r[a],0);return{longest:e.reduce(
(r,i)=>s[i]>s[r]?i:r),count:e.length,total:n(s),self:n(t)}}function he(s,t){return t>0?`${F(100*s/t)} %`:"-"}function _n(s){
return m("dl",{},...s.flatMap(([t,e])=>[m("dt",{},t),m("dd",{},e)]))}function Bn(s){return m("div",{class:"aero-table",tabindex:"\
0"},s)}var de=24;function In(s,t,e){let{width:n,gutter:o,plotWidth:r,plotHeight:i}=s.size,a=e[0].r,l=m("canvas");l.width=n*a,l.
height=(i+de)*a;let c=l.getContext("2d");if(!c)return;c.scale(a,a),c.fillStyle=s.theme.paper,c.fillRect(0,0,l.width,l.height),
c.font=`11px ${O}`,c.fillStyle=s.theme.ink;let{values:h,labels:d}=s.ticks;h.forEach((u,p)=>{let f=o+(u-s.view.t0)/s.view.
duration*r;c.fillText(d[p],f+3,15)});for(let{strip:u,y:p}of t.lines){let f=u.kind==="band"?u.band.title:u.title;c.fillText(
g(f,24),8,p+de+14,o-12)}for(let{element:u}of e)c.drawImage(u,o,de,r,i);m("a",{href:l.toDataURL("image/png"),download:"ti\
meline.png"}).click()}var $t=class{constructor(t,e,n,o){this.state=t;this.toolbar=e;this.panel=n;this.actions=o}state;toolbar;panel;actions;#t=new V;#e=null;find(t){
let{state:e,actions:n}=this,{args:o,name:r,cat:i,thread:a}=ne(t),{names:l,cats:c,bands:h}=e.store,d=h.map(({title:v})=>v),
p=[[r,l],[i,c],[a,d]].filter(([v])=>yt(v));if(n.host.set("search",t),this.#t.end(),!o.length&&!p.length){this.#n(()=>e.search.
find(t));return}e.search.wait(t),this.toolbar.showSearchStatus();let f=o.length?En(e.store,n.host.ask,o):null,b=v=>e.search.
query===t&&this.#n(v);this.#e=Promise.all([f,this.#t.match(p)]).then(([v,A])=>b(()=>e.search.find(t,v,A)),v=>b(()=>e.search.
fail(v.message)))}#n(t){this.#e=null,t(),this.toolbar.showSearchStatus(),this.actions.draw()}show(t){this.state.search.query!==
t&&(this.toolbar.search.value=t,this.find(t))}list(){this.state.search.count?this.panel.showHits():this.actions.say("not\
hing was searched for and found")}next(t){let{query:e}=this.state.search;if(this.#e){this.#e.then(()=>this.state.search.
query===e&&this.next(t));return}let n=this.state.search.step(t,this.state.view.t0);this.toolbar.showSearchStatus(),n>=0&&
this.actions.selecting.span(n,!0)}};var fr=5;function Rt(s,{y:t,time:e}){let{store:n,layout:o,view:r,scroll:i}=s,a=o.at(t,i);if(a?.strip.kind!=="band"||a.strip.
band.kind==="counter")return null;let{band:l,rows:c}=a.strip;if(l.items&&a.inner<Z){let p=br(n,l,e,fr*r.duration/s.width);
if(p>=0)return{kind:"instant",instant:p}}let h=c.find(({top:p,height:f})=>a.inner>=p&&a.inner<p+f+1);if(!h)return null;let d=r.
duration/(s.width*s.ratio),u=r.t0+Math.floor((e-r.t0)/d)*d;for(let p of[u,u-d,u+d]){let f=on(n,h.row,p,p+d);if(f.count)return{
kind:"span",span:gr(n,h.row,p,p+d),totals:f}}return null}function gr(s,t,e,n){let[o,r]=s.inRow(t,e,n),i=o;for(let a=o;a<
r;a+=1)s.duration[a]>s.duration[i]&&(i=a);return i}function br({instants:{time:s}},t,e,n){let o=t.first_item,r=o+t.items,
i=M(s,e,o,r),a=[i-1,i].filter(l=>l>=o&&l<r&&Math.abs(s[l]-e)<=n);return a.sort((l,c)=>Math.abs(s[l]-e)-Math.abs(s[c]-e)),
a[0]??-1}function Fn({layout:s,scroll:t},{y:e,time:n}){let o=s.at(e,t)?.strip;if(o?.kind!=="band")return null;let r=o.band.
lost.find(([i,a])=>n>=i&&n<a);return r?{lost:r,band:o.band}:null}var wr=3,xr=40,Pt=class{constructor(t,e,n){this.state=t;this.panel=e;this.actions=n}state;panel;actions;at(t){let e=Rt(this.
state.picture,t);e?.kind==="span"?this.span(e.span,!1):e?this.panel.showInstant(e.instant):this.clear(),this.actions.draw()}span(t,e){
let{host:n}=this.actions;this.state.selected=t,this.state.range=null,this.state.rangeBands=null,n.set("selection_range",
null),n.set("selection_tracks",null),n.set("_selected",t),this.panel.showSpan(t),e?this.#t(t):this.#e(t),this.actions.draw()}#t(t){
let{store:e,layout:n,view:o,size:r}=this.state;n.uncover(e.bandOf(t),e.rowOf(t))&&this.actions.arranged(),this.#e(t);let[
i,a]=[e.start[t],e.duration[t]],l=a/o.duration*r.plotWidth;if(i>=o.t1||i+a<=o.t0||a>o.duration)o.center(i,a);else if(l<wr){
let h=i+a/2,d=Math.max(a*xr,10)/2;o.show(h-d,h+d)}}#e(t){let{store:e,layout:n,size:o,scroll:r}=this.state,i=n.stripOf(e.
bandOf(t)),a=i?.rows.find(({row:h})=>h===e.rowOf(t));if(!i||!a||i.pinned)return;let l=i.y+a.top;l-r>=n.pinnedHeight+te&&
l+K-r<=o.plotHeight||this.actions.scrollTo(l-o.plotHeight/2)}range(t,e,n=null){let{state:o,actions:r}=this;o.range=t,o.rangeBands=
n,o.selected=-1,r.draw(),!(!e||!t)&&(this.panel.showRange(...t),r.host.set("_selected",-1),r.host.set("selection_tracks",
n&&o.layout.tracksOf(n)),r.host.set("selection_range",[o.toUs(t[0]),o.toUs(t[1])]))}sight(){let{view:t,store:e}=this.state;
this.range([Math.max(t.t0,0),Math.min(t.t1,e.end)],!0)}clear(){let{state:t,actions:e}=this;t.selected=-1,t.range=null,t.
rangeBands=null,this.panel.clear(),e.host.set("_selected",-1),e.host.set("selection_range",null),e.host.set("selection_t\
racks",null),e.draw()}stepSpan(t){let{store:e,selected:n,view:o}=this.state;if(n<0){o.pan(t*.1);return}let r=n+t;r>=0&&r<
e.size&&e.rowOf(r)===e.rowOf(n)&&this.span(r,!0)}stepName(t){let{store:e,selected:n}=this.state,o=n<0?-1:vn(e,n,t);o>=0?
this.span(o,!0):n>=0&&this.actions.say(`no ${t>0?"later":"earlier"} span of this name`)}stepFlow(t){let{store:e,selected:n}=this.
state;if(n<0)return;let{to:o,from:r}=e.flowsOf(n),[i]=t>0?o:r;i!==void 0?this.span(i,!0):this.actions.say(t>0?"no flow l\
eads on from here":"no flow comes here")}stepLevel(t){let{store:e,selected:n,scroll:o}=this.state;if(n<0){this.actions.scrollTo(
o+t*3*K);return}let r=t<0?e.parent[n]:e.children(n)[0]??-1;r>=0&&this.span(r,!0)}};var et=class{constructor(t,e,n,o){this.line=t;this.axis=e;this.now=n;this.take=o;let r=null,i=a=>e==="x"?a.clientX:a.clientY;
t.addEventListener("pointerdown",a=>{r={at:i(a),size:n()},t.setPointerCapture(a.pointerId),a.stopPropagation()}),t.addEventListener(
"pointermove",a=>{r&&o(r.size+i(a)-r.at)});for(let a of["pointerup","pointercancel"])t.addEventListener(a,()=>{r=null});
t.addEventListener("dblclick",()=>o(null)),t.addEventListener("keydown",a=>this.#t(a))}line;axis;now;take;#t(t){let[e,n]=this.
axis==="x"?["ArrowLeft","ArrowRight"]:["ArrowUp","ArrowDown"];t.key!==e&&t.key!==n||(this.take(this.now()+(t.key===n?40:
-40)),t.preventDefault(),t.stopPropagation())}tell(){this.line.setAttribute("aria-valuenow",String(this.now()))}};var vr=168,Mr=.3,Sr=60,kr=.6,Tr=50,Er=26,Ar=8,Nr=470,Lr=560,zn=60,Dn=150,Ct=230,Or=560,Wn=Or-Ct;function Hr(s,t){return t===
null?Math.min(vr,Math.round(s*Mr)):Math.round(Math.min(Math.max(t,Sr),s*kr))}function $r({height:s}){return s<=Lr?Math.max(
s,zn):Nr}function Rr(s,t){return t?Math.max(s-Ct,Math.min(s,Wn)):s}function Un(s,t){return t&&s>Wn?s+Ct:s}function Kn(s,t,e,n){
let o=Math.floor(s.clientWidth);if(o<Tr)return null;let r=Math.max(e,Er)+3+pn,i=Hr(o,n.gutter),a=document.fullscreenElement===
s?s.clientHeight-Ar:n.height,l=Math.max(Rr(a??$r(t)+r,n.panelOpen),r+zn);return s.style.setProperty("--panel",`${Ct}px`),
s.style.setProperty("--gutter",`${i}px`),s.style.setProperty("--top",`${r}px`),s.style.setProperty("--right",`${St}px`),
{width:o,height:l,gutter:i,top:r,plotWidth:o-i-St,plotHeight:l-r,ratio:window.devicePixelRatio||1}}var _t=class{constructor(t,e){this.element=t;this.state=e}element;state;show(){let t=this.state.pointer,{lines:e}=this;if(this.
element.hidden=!e,!t||!e)return;this.element.replaceChildren(...e.map((d,u)=>m(u?"div":"b",{},d)));let{gutter:n,top:o,width:r,
height:i}=this.state.size,a=Math.min(n+t.x+14,r-this.element.offsetWidth-4),l=o+t.y+18,c=l+this.element.offsetHeight<i,h=Math.
max(o+t.y-this.element.offsetHeight-10,0);this.element.style.left=`${Math.max(a,0)}px`,this.element.style.top=`${c?l:h}p\
x`}get lines(){let t=this.state.pointer;if(!t)return null;let e=Rt(this.state.picture,t);return e?Pr(this.state,e):this.#t(
t)}#t(t){let e=Fn(this.state.picture,t);if(!e)return null;let[n,o,r]=e.lost;return[r,`${g(e.band.title)}, ${this.state.scale.
length(o-n)}`]}};function Pr(s,t){let{store:e}=s;if(t.kind==="instant"){let{name:d,time:u}=e.instants;return[g(e.names[d[t.
instant]]),`instant at ${s.moment(u[t.instant])}`]}let{span:n,totals:o}=t,r=e.unfinished.has(n)?" so far: not ended in t\
his trace":"",i=g(e.nameOf(n)),a=`${w(e.host.duration[n])}${r}`,l=`${g(e.bandOf(n).title)}, at ${s.moment(e.start[n])}`;
if(o.count===1){let d=e.counterpart(n)<0?[]:[lt(e,n)];return[i,a,`self ${w(e.selfTime[n])}`,l,...d]}let c=Math.round(100*
o.share),h=g(e.names[o.name]);return[`${x(o.count)} spans, mostly ${h} (${c}%)`,`longest: ${i}, ${a}`,l]}function Gn(s,t,e){if(t==="self")return[];let n=t==="name"?s.names:t==="cat"?s.cats:s.bands.map(({title:a})=>a),o=new Float64Array(
n.length),r=t==="cat"?s.cat:s.name;for(let a=0;a<s.rows;a+=1)for(let l=s.rowStart[a];l<s.rowStart[a+1];l+=1)o[t==="threa\
d"?s.bandOfRow[a]:r[l]]+=Math.max(s.selfTime[l],0);return n.map((a,l)=>({text:a,time:o[l]})).filter(({time:a})=>a>0).sort(
(a,l)=>l.time-a.time).slice(0,e)}var Bt=class{constructor(t,e,n){this.state=t;this.host=e;this.redraw=n}state;host;redraw;add(t,e,n){this.#t([...this.state.
notes,{start:t,duration:e,text:n}])}remove(t){this.#t(this.state.notes.filter((e,n)=>n!==t))}take(t){this.state.notes=t.
map(e=>({start:this.state.fromUs(e.ts_us),duration:(e.dur_us??0)*1e3,text:String(e.text??"")})),this.redraw()}#t(t){let{
state:e}=this;e.notes=t;let n=t.map(({start:o,duration:r,text:i})=>({ts_us:e.toUs(o),dur_us:r/1e3,text:i}));this.host.set(
"notes",n),this.redraw()}};var Cr=16,_r="blue: children have all of the span; grey: half; orange: all of it is its own",Br=500,It=class{constructor(t,e,n,o){
this.element=t;this.state=e;this.actions=n;this.toggled=o;this.notes=new Bt(e,n.host,()=>n.draw())}element;state;actions;toggled;notes;#t=null;#e=null;#n="";get isOpen(){
return this.#t!==null}toggle(t){this.#t===t?this.close():this.open(t)}open(t){this.#t=t,this.element.dataset.what=t,this.
element.hidden=!1,this.element.setAttribute("aria-label",t),this.toggled(t),this.fill()}close(){let t=this.element.contains(
document.activeElement);return this.#t=null,this.element.hidden=!0,this.toggled(null),t}fill(){if(!this.#t)return;let t=this.
element.querySelector(":focus")?.getAttribute("aria-label");this.element.replaceChildren(...this.#s(this.#t));let e=[...this.
element.querySelectorAll("button, input")];(e.find(o=>t&&o.getAttribute("aria-label")===t)??e[0])?.focus({preventScroll:!0})}openLabel(t){
this.#e=t,this.open("label")}#o(t,e){let{counterScales:n}=this.state,o=i=>()=>n.set(t,i),r=e("from zero",()=>n.delete(t));
return m("p",{},"scale: ",r,e("fit",o("fit")),e("logarithmic",o("log")))}#i(){let{layout:t,store:e}=this.state,n=this.#e;
if(!n)return[];let o=n.kind==="band",r=o?[n.band]:e.bands.filter(({process:u})=>u===n.process),i=g(o?n.band.title:n.title,
60),a=r.map(({number:u})=>u),l=a.every(u=>t.pinned.has(u)),c=(u,p)=>y(`${u} ${i}`,()=>{p(),t.arrange(),this.actions.arranged(),
this.close()},{text:u}),h=()=>{for(let u of a)l?t.pinned.delete(u):t.pinned.add(u)},d=u=>{for(let{number:p}of e.bands)u(
p)&&t.hidden.add(p)};return[m("b",{},i),m("p",{},c(l?"unpin":"pin",h),c("hide",()=>d(u=>a.includes(u))),c("show only",()=>d(
u=>!a.includes(u))),c("show all",()=>t.showOnly(null))),...o&&n.band.kind==="counter"?[this.#o(n.band.number,c)]:[]]}#s(t){
return t==="label"?this.#i():t==="legend"?this.#l():t==="tracks"?this.#a():t==="notes"?this.#m():this.#g()}#a(){let{layout:t,
store:e}=this.state,n=m("p",{},this.#h("Show all tracks","show all",()=>t.showOnly(null)),this.#h("Hide all tracks","hid\
e all",()=>t.showOnly([])),this.#h("Collapse all tracks","collapse all",()=>t.collapseAll(!0)),this.#h("Expand all track\
s","expand all",()=>t.collapseAll(!1)),this.#h(`${t.idle?"Show":"Fold"} tracks with nothing in sight (I)`,t.idle?"show i\
dle":"fold idle",()=>this.actions.toggleIdle())),o=m("div",{class:"aero-list"});for(let r of new Set(t.order.map(i=>e.bands[i].
process))){let i=t.order.map(a=>e.bands[a]).filter(a=>a.process===r);o.append(this.#c(r,i),...i.map(a=>this.#r(a)))}return[
this.#d(o),n,o]}#d(t){let e="only tracks with this text",n=m("input",{type:"search","aria-label":e,placeholder:e,value:this.#n}),
o=()=>{this.#n=n.value;let r=n.value.toLowerCase(),i=null;for(let a of t.children){let l=(a.textContent??"").toLowerCase().
includes(r),c=a.classList.contains("aero-of-process");c&&(i=a);let h=i!==a&&i?.dataset.found==="true";c&&(a.dataset.found=
String(l&&r!=="")),a.hidden=!l&&!h,l&&i&&(i.hidden=!1)}};return n.addEventListener("input",o),o(),n}#c(t,e){let{layout:n,
store:o}=this.state,r=g(o.processes[t].title,60),i=e.some(({number:l})=>!n.hidden.has(l)),a=m("input",{type:"checkbox","\
aria-label":`Show all of ${r}`,checked:i});return a.addEventListener("change",()=>this.#u(()=>{for(let{number:l}of e)i?n.
hidden.add(l):n.hidden.delete(l);n.arrange()})),m("div",{class:"aero-of-process"},m("label",{},a,r))}#l(){let{store:t}=this.
state,e=this.actions.host.get("color_by")??"name",n=Gn(t,e,Cr),o={name:"",cat:"cat:",thread:"thread:",self:""}[e],r=n.map(
({text:a,time:l})=>{let c=g(a||"(none)"),h=o?`${o}"${a}"`:a,d=()=>this.actions.searching.show(h),u=m("i",{class:"aero-sw\
atch",style:`background: ${_[$(a)]}`});return m("div",{},u,y(`Search for ${c}`,d,{text:c,class:"aero-link"}),w(l))});return[
m("p",{},e==="self"?_r:"the most self time of the trace; a click searches"),m("div",{class:"aero-list"},...r)]}#r(t){let{
layout:e}=this.state,n=g(t.title,60),o=!e.hidden.has(t.number),r=m("input",{type:"checkbox","aria-label":`Show ${n}`,checked:o});
r.addEventListener("change",()=>this.#u(()=>e.toggle(e.hidden,t.number)));let i=e.pinned.has(t.number),a=this.#h(`Pin ${n}`,
i?"unpin":"pin",()=>e.toggle(e.pinned,t.number));a.setAttribute("aria-pressed",String(i));let l=this.#h(`Move ${n} up`,"\
↑",()=>e.move(t,-1)),c=this.#h(`Move ${n} down`,"↓",()=>e.move(t,1));return m("div",{},m("label",{},r,n),m("span",{},
a,l,c))}#h(t,e,n){return y(t,()=>this.#u(n),{text:e})}#u(t){t(),this.actions.arranged(),this.fill()}#m(){let e=y("Add a \
note on the selection, or on the middle of the view (N)",()=>this.askNote(),{text:"add a note"}),n=this.state.notes.map(
({start:o,duration:r,text:i},a)=>{let l=g(i),c=`${this.state.moment(o)}  ${l}`,h=()=>this.state.view.center(o,r),d=y(`Go\
 to ${l}`,h,{text:c,class:"aero-link"}),u=y(`Remove ${l}`,()=>this.#p(a),{text:"remove"});return m("div",{},d,u)});return[
m("p",{},e),m("div",{class:"aero-list"},...n)]}#p(t){this.notes.remove(t),this.fill()}askNote(){let{middle:t}=this.state.
view,[e,n]=this.state.selectedInterval??[t,t],o=`note ${n>e?`on ${this.state.scale.length(n-e)}`:"on a moment"}`,r=String(
Br),i=m("input",{type:"text","aria-label":o,placeholder:o,maxlength:r});i.addEventListener("keydown",a=>{let l=i.value.trim();
a.key!=="Enter"||!l||(a.preventDefault(),this.notes.add(e,n-e,l),this.fill())}),this.open("notes"),this.element.prepend(
i),i.focus()}#g(){let n=[...re.filter(({shown:o})=>o).map(({shown:o,meaning:r})=>[o,r]),...gn,...this.actions.host.ask?[
bn]:[]].flatMap(([o,r])=>[m("dt",{},o),m("dd",{},r)]);return[y("Close the help (Escape)",()=>this.close(),{text:"close"}),
m("dl",{},...n)]}};var Ft="https://ui.perfetto.dev",Ir=100,Fr=12e4;async function ue(s){let t=window.open(Ft);if(!t)throw new Error("the br\
owser blocked the new tab");let{buffers:e,title:n}=await s({ask:"trace"});return await zr(t,z(e[0]),n??"trace"),"opened \
in Perfetto"}function zr(s,t,e){return new Promise((n,o)=>{let r=setInterval(()=>s.postMessage("PING",Ft),Ir),i=()=>{clearInterval(
r),clearTimeout(a),window.removeEventListener("message",l)},a=setTimeout(()=>{i(),o(new Error("its tab did not answer"))},
Fr),l=c=>{c.source!==s||c.origin!==Ft||c.data!=="PONG"||(i(),s.postMessage({perfetto:{buffer:t.buffer,title:e,keepApiOpen:!1}},
Ft),n())};window.addEventListener("message",l)})}var Dr=[["name","colour: name"],["cat","colour: category"],["thread","colour: thread"],["self","colour: self time"]],Wr=[
["level","counters: level"],["rate","counters: rate"],["delta","counters: delta"]],Ur=[["pan","drag: pan"],["range","dra\
g: select"],["area","drag: area"],["zoom","drag: zoom"]],Kr=120,zt=class{constructor(t,e,n,o){this.bar=t;this.state=n;this.
actions=o;let{host:r}=o;this.menus=new It(e,n,o,f=>this.#a(f)),this.search=this.#i();let i="colours (self time: blue non\
e of the span, orange all of it)";this.colors=q(i,Dr,"name",f=>r.set("color_by",f)),this.counters=q("counters",Wr,"level",
f=>r.set("counter_mode",f)),this.counters.hidden=!n.store.bands.some(f=>f.kind==="counter");let{axes:a,axis:l}=n.store,c=a.
map(({name:f})=>[f,`axis: ${g(f,40)}`]);this.axes=q("what the axis counts",[["","axis: time"],...c],l?.name??"",f=>r.set(
"axis",f));let d=q("what dragging does (Shift always selects)",Ur,"pan",f=>o.setDrag(f));this.#o=this.#s(r);let u=()=>this.
actions.searching.list();this.#e=y("List what was found, longest first (L)",u,{text:"list",hidden:!0});let p=m("span",{class:"\
aero-find"},this.search,this.#t);t.append(p,this.#e,this.colors,this.counters,...a.length?[this.axes]:[],d,...this.#o,this.#n)}bar;state;actions;menus;search;colors;counters;axes;#t=m(
"span",{class:"aero-status",role:"status"});#e;#n=m("span",{class:"aero-word",role:"status"});#o;#i(){let t=m("input",{type:"\
search",placeholder:"search or /regex/",title:'a text or /regular expression/ of names; cat:io, thread:gpu (or thread:"G\
PU main"), arg:key=value and arg:text before it narrow it',"aria-label":"search spans",spellcheck:"false"}),e=()=>{t.value!==
this.state.search.query&&this.actions.searching.find(t.value)};return t.addEventListener("input",U(e,Kr)),t.addEventListener(
"keydown",n=>{n.key==="Enter"&&(n.preventDefault(),e(),this.actions.searching.next(n.shiftKey?-1:1))}),t}#s({ask:t,linked:e}){
let n=(r,i,a)=>y(i,()=>this.menus.toggle(r),{text:a,"aria-haspopup":"dialog","aria-expanded":"false","data-opens":r});return[
n("tracks","Choose, order and pin tracks","tracks"),n("legend","The largest names and their colours","legend"),n("notes",
"Notes on moments and ranges","notes"),...t?[y("Open this trace in the Perfetto UI, in a new tab (nothing is uploaded)",
()=>this.#l(t),{text:"perfetto"})]:[],...e?[y("Copy a link that opens this page on this view",()=>this.#d(),{text:"link"})]:
[],y("Fill the screen, or leave it (Escape)",()=>this.#c(),{text:"full"}),n("help","Keys and gestures (?)","?")]}get height(){
return this.bar.offsetHeight}focusSearch(){this.search.focus()}askNote(){this.menus.askNote()}toggleHelp(){this.menus.toggle(
"help")}showSearchStatus(){this.#t.textContent=this.state.search.status,this.#e.hidden=!this.state.search.count}closeMenu(){
if(!this.menus.isOpen)return!1;let t=this.#o.find(e=>e.getAttribute("aria-expanded")==="true");return this.menus.close()&&
t?.focus(),!0}#a(t){for(let e of this.#o)e.dataset.opens&&e.setAttribute("aria-expanded",String(e.dataset.opens===t))}tell(t){
this.#n.textContent=t}async#d(){let{host:t}=this.actions;try{history.replaceState(null,"",Ee(Te(t,this.state.store))),await At(
location.href),this.tell("link copied")}catch{this.tell("this page may not copy: take the link from its address")}}async#c(){
try{await this.actions.toggleFullscreen()}catch{this.tell("this page may not fill the screen")}}async#l(t){try{this.tell(
await ue(t))}catch(e){this.tell(`not opened in Perfetto: ${e.message}`)}}};var Gr=20,Vr=40,jr=40,Yr=.45,Dt=class{constructor(t,e,n){this.element=t;this.state=e;this.actions=n;let o=()=>n.scrollTo(
e.scroll+e.size.plotHeight-e.layout.pinnedHeight-Vr);this.#e=y("Scroll on to the tracks below",o,{class:"aero-below","ar\
ia-label":null}),t.after(this.#e)}element;state;actions;lines=[];#t=new R(m("canvas")).context;#e;build(){let t=this.element.
querySelector(":focus")?.dataset.key;this.lines=this.state.layout.strips.map(e=>this.#n(e)),this.element.replaceChildren(
...this.lines.map(({node:e})=>e)),t&&this.element.querySelector(`[data-key="${t}"]`)?.focus({preventScroll:!0}),this.place()}#n(t){
let e=a=>m("small",{class:"aero-kind"},a),n=[];t.kind==="band"&&t.band.kind==="async"&&n.push(e("async")),t.pinned&&n.push(
e(this.#s(t))),t.kind==="band"&&t.band.folded&&n.push(e(`+${x(t.band.folded)} deeper`));let o=m("small"),r=`aero-line ae\
ro-${t.kind}${t.pinned?" aero-pinned":""}`,i=m("div",{class:r},this.#o(t),...n,o,...this.#a(t));return i.style.height=`${t.
height}px`,i.addEventListener("contextmenu",a=>{a.preventDefault(),t.kind!=="idle"&&this.actions.openLabel(t)}),{node:i,
strip:t,scale:o,text:"",y:Number.NaN,hidden:null}}#o(t){let{layout:e}=this.state,[n,o]=this.#i(t),r=n.has(o)===(t.kind===
"idle"),i=g(t.kind==="band"?t.band.title:t.title,120),a=()=>{e.toggle(n,o),this.actions.arranged()};return y(`${r?"Colla\
pse":"Expand"} ${i}`,a,{text:this.#d(i,t),class:"aero-name","aria-expanded":String(r),"data-key":`${t.kind[0]}${o}`})}#i(t){
let{layout:e}=this.state;return t.kind==="band"?[e.collapsed,t.band.number]:[t.kind==="idle"?e.idleOpen:e.closed,t.process]}#s({
band:t}){let{processes:e}=this.state.store;return e.length>1?g(e[t.process].title,40):"pinned"}#a(t){if(t.kind!=="band"||
!t.foldable)return[];let{layout:e}=this.state,{number:n,kind:o,title:r}=t.band,i=e.unfolded.has(n),a=o==="async"?"more l\
anes":"deeper",l=i?`fold ${x(t.foldable)} rows`:`… ${x(t.foldable)} ${a}`,c=()=>{e.toggle(e.unfolded,n),this.actions.relayout()},
h={text:l,class:"aero-fold","aria-expanded":String(i),"data-key":`f${n}`};return[y(`${l} on ${g(r,60)}`,c,h)]}#d(t,e){if(e.
kind==="idle")return t;let{gutter:n}=this.state.size;this.#t.font=`${e.kind==="process"?"600 ":""}12px ${O}`;let o=e.pinned&&
this.state.store.processes.length>1,r=e.kind==="band"&&(e.pinned||e.band.kind==="async"||e.band.folded>0),i=o?n*Yr:r?jr:
0;return nn(this.#t,t,n-(e.kind==="process"?30:38)-i)}place(){let{scroll:t,layout:e,size:n}=this.state,o=[],r=0;for(let i of this.
lines){let{strip:a,node:l}=i,c=e.topOf(a,t),h=c>=n.plotHeight||c+a.height<=(a.pinned?0:e.pinnedHeight);i.y!==c&&(l.style.
transform=`translateY(${c}px)`),i.hidden!==h&&(l.style.visibility=h?"hidden":""),Object.assign(i,{y:c,hidden:h}),a.kind===
"band"&&a.band.kind==="counter"&&this.#l(i,a),!(c<n.plotHeight-Gr||c+a.height<=n.plotHeight)&&(a.kind==="process"?o.push(
a.title):r+=a.kind==="idle"?a.bands.length:1)}this.#c(r,o)}#c(t,e){this.#e.hidden=!t&&!e.length;let n=e.length>1?` +${x(
e.length-1)}`:"",o=e.length?`${g(e[0],40)}${n}`:"",r=t?N(t,"track"):"";this.#e.textContent=`↓ ${[o,r].filter(Boolean).
join(" · ")}`}#l(t,{band:e}){let{counterMode:n}=this.state,o=this.state.counterUnit(e.unit),r=this.state.scales.get(e.number)??
[],i=[...new Set(r)].map(h=>H(h,o)),a=n==="level"?"":`${n}, `,l=this.state.counterScales.has(e.number)?`${this.state.counterScales.
get(e.number)}, `:"",c=i.length?a+l+i.join(" to "):"";t.text!==c&&(t.text=c,t.scale.textContent=c)}};var Jr=150,Wt=class{constructor(t,e,n){this.root=t;this.host=n;this.state=new vt(e,()=>this.#y());let{state:o}=this,{opening:r}=e;
r&&o.view.show(r.start_ns,r.end_ns);let i=fn(t);this.#e=i,this.painter=new ft(i.rows,o),this.overlay=new mt(i.over,o),this.
overview=new pt(i.overview,o),this.axis=new Mt(i.plot,o,this,()=>this.#v()),this.#n=new Ht(i.panel,o,this),this.tip=new _t(
i.tip,o),this.names=new Dt(i.names,o,this),this.#o=new Tt(i.stage,o,this,()=>t.focus({preventScroll:!0}));let{handle:a,edge:l,
stage:c}=i;this.#i=[new et(a,"y",()=>c.offsetHeight,h=>this.#g(h)),new et(l,"x",()=>o.size.gutter,h=>this.#f(h))],this.selecting=
new Pt(o,this.#n,this),this.toolbar=new zt(i.bar,i.menu,o,this),this.#t=new Et(i,o,this),this.searching=new $t(o,this.toolbar,
this.#n,this),this.#a=this.#u(),this.#p(),this.#s=new kt(n,o,this.toolbar,this),this.relayout(),this.#c=!0,n.get("window")||
this.#b(),this.#t.show()}root;host;state;toolbar;#t;stopped=!1;frames=0;#e;painter;overlay;overview;axis;#n;tip;names;#o;#i;selecting;searching;#s;#a;#d=U(
()=>this.#b(),Jr);dark=null;#c=!1;#l=!1;#r=!1;#h=!1;async startAxis(t){t&&!this.stopped&&await this.axis.start(t)}#u(){let t=new ResizeObserver(
()=>this.relayout());t.observe(this.root),t.observe(this.toolbar.bar);let e=Ke(()=>this.#p());this.root.addEventListener(
"keydown",o=>this.#m(o)),this.root.addEventListener("fullscreenchange",()=>this.relayout());let{scroller:n}=this.#e;return n.
addEventListener("scroll",()=>this.scrollTo(n.scrollTop)),()=>{t.disconnect(),e()}}#m(t){if(this.#h=!0,!yn({view:this.state.
view,actions:this,toolbar:this.toolbar},t)){this.#h=!1;return}t.preventDefault(),t.stopPropagation()}stop(){this.stopped=
!0,this.#a(),this.#s.stop(),this.axis.stop()}#p(){let t=Ue(this.root,this.root.parentElement??this.root),e=t===L.dark;this.
dark!==e&&(this.dark=e,this.state.theme=t,this.recolor(this.painter.mode),this.relayout())}recolor(t){this.painter.setColors(
t,this.state.theme),this.draw()}relayout(){if(this.stopped)return;let{state:t}=this,e=Kn(this.root,t.layout,this.toolbar.
height,{height:this.host.get("height")??null,gutter:t.gutter,panelOpen:this.#n.open});if(!e)return;t.size=e;let{stage:n,
scroller:o}=this.#e;n.style.height=`${e.height}px`;for(let r of this.#i)r.tell();this.painter.resize(e.plotWidth,e.plotHeight,
e.ratio),this.overlay.target.resize(e.plotWidth,e.plotHeight,e.ratio),this.overview.draw(e.plotWidth,e.ratio),o.firstElementChild.
style.height=`${t.layout.height}px`,this.names.build(),this.scrollTo(t.scroll),this.#x(),this.axis.sync(!0)}arranged(){let{
layout:t}=this.state;this.relayout(),this.host.set("shown",t.shown),this.host.set("pinned",t.tracksOf(t.pinned)),this.host.
set("collapsed",t.tracksOf(t.collapsed));let e=[...this.state.counterScales];for(let n of["fit","log"]){let o=e.flatMap(
([r,i])=>i===n?[r]:[]);this.host.set(`scale_${n}`,t.tracksOf(o))}}#g(t){let e=t===null?null:Math.round(Un(Math.max(t,Dn),
this.#n.open));this.host.set("height",e),this.relayout()}#f(t){this.state.gutter=t,this.relayout()}draw(){this.#l||(this.#l=
!0,requestAnimationFrame(()=>{this.#l=!1,this.stopped||this.#x()}))}#x(){let{state:t}=this;if(!t.size.width)return;this.
frames+=1,this.painter.paint(),t.pointer&&(t.pointer.time=t.timeAt(t.pointer.x)),this.overlay.draw(),this.tip.show(),this.
overview.mark(),this.names.place(),this.#c&&this.#t.show();let e=He(t.store,t.layout,t.view,n=>t.moment(n));this.#e.rows.
element.setAttribute("aria-label",e),this.#e.base.textContent=t.ticks.base,this.axis.sync(),this.axis.ready||this.#v()}#v(){
this.root.dispatchEvent(new CustomEvent("aero-settled"))}#y(){this.draw(),this.#d()}#b(){if(this.stopped)return;let{state:t}=this;
t.layout.idle&&t.layout.foldIdle(this.#w())&&this.relayout(),this.#h&&this.say(this.#e.rows.element.getAttribute("aria-l\
abel")??""),this.host.set("window",[t.toUs(t.view.t0),t.toUs(t.view.t1)])}scrollTo(t){let{state:e}=this,{scroller:n}=this.#e,
o=e.scroll;e.scroll=Math.min(Math.max(t,0),Math.max(e.layout.height-e.size.plotHeight,0)),Math.abs(n.scrollTop-e.scroll)>=
1&&(n.scrollTop=e.scroll),e.scroll!==o&&this.draw()}setDrag(t){this.#o.mode=t,this.#e.stage.dataset.drag=t}point(t){this.
state.pointer=t,!this.#r&&(this.#r=!0,requestAnimationFrame(()=>{this.#r=!1,!this.stopped&&(this.overlay.draw(),this.tip.
show())}))}say(t){this.#h=!1,this.#e.said.textContent=t}openLabel(t){this.toolbar.menus.openLabel(t)}toggleIdle(){let{layout:t}=this.
state;t.foldIdle(t.idle?null:this.#w()),this.relayout()}#w(){let{store:t,view:e}=this.state;return cn(t,e.t0,e.t1)}escape(){
this.toolbar.closeMenu()||(this.state.selectedInterval||this.#n.open?this.selecting.clear():this.searching.show(""),this.
root.focus({preventScroll:!0}))}async toggleFullscreen(){document.fullscreenElement===this.root?await document.exitFullscreen():
await this.root.requestFullscreen()}savePicture(){In(this.state,this.names,[this.#e.rows,this.#e.over])}fit(){let t=this.
state.selectedInterval;t?this.state.view.center(t[0],t[1]-t[0]):this.state.view.showAll()}};var qr=[_e,Pe,Be,Ce,Re].join(`
`);async function pe(s,t,e,n,o=""){let r=new Y(await j(t),e.get("axis")??""),{values:i,word:a}=Ae(o,r);for(let[h,d]of Object.
entries(i))e.set(h,d);let l="axis"in i?r.drawnBy(e.get("axis")??""):r;We(s.getRootNode(),"aero-nb-timeline-style",qr),s.
classList.add("aero-timeline"),s.setAttribute("tabindex","0"),s.setAttribute("role","application"),s.setAttribute("aria-\
label",Oe(l)),s.dataset.lmSuppressShortcuts="true";let c=new me(s,l,e,n);return c.tell(a),c}var me=class{constructor(t,e,n,o){
this.root=t;this.host=n;this.findPlotly=o;this.#t=this.#n(e),this.#e=[n.on("axis",()=>this.#i()),n.on("_revision",()=>this.#s())]}root;host;findPlotly;#t;#e;#n(t,e=null){
let n=new Wt(this.root,t,this.host);return e&&(n.state.layout.foldAs(e),e.idle&&n.toggleIdle(),n.relayout()),Object.assign(
this.root,{aeroTimeline:n}),requestAnimationFrame(()=>setTimeout(()=>this.#o(n))),n}#o(t){this.findPlotly().then(e=>t.startAxis(
e)).catch(e=>console.warn("aero_nb: the timeline goes on without plotly's toolbar:",e))}#i(){let{store:t,layout:e}=this.#t.
state,n=this.host.get("axis")??"";n!==(t.axis?.name??"")&&(this.#t.stop(),this.#t=this.#n(t.drawnBy(n),e))}async#s(){let t=this.
host.get("_revision"),e=await this.host.ask?.({ask:"data"});if(!e||this.#t.stopped||t!==this.host.get("_revision"))return;
let n=new Y(await j(z(e.buffers[0])),this.host.get("axis")??"");if(this.#t.stopped)return;let{state:o}=this.#t,r=[o.toUs(
o.view.t0),o.toUs(o.view.t1)];this.#t.stop(),this.#t=this.#n(n,o.layout);let i=this.#t.state;i.view.show(i.fromUs(r[0]),
i.fromUs(r[1]))}tell(t){this.#t.toolbar.tell(t)}stop(){for(let t of this.#e)t();this.#t.stop()}};var Zr="aero-nb:plotly",Xr=200,Qr=25,fe=null;function Vn(s){return fe??=ts(s).catch(t=>{throw fe=null,t}),fe}async function jn(){
return window.Plotly||await new Promise(s=>window.addEventListener(Zr,s,{once:!0})),window.Plotly}async function ts(s){if(window.
Plotly)return window.Plotly;let t=await es().catch(()=>{});if(t)return t;let{buffers:e}=await s({ask:"plotly"}),n=await j(
z(e[0]));return await ns(new Blob([n],{type:"text/javascript"})),window.Plotly}async function es(){let s=window._JUPYTERLAB?.["\
jupyterlab-plotly"];if(!s)return;let t=(await s.get("./mimeExtension"))(),[{rendererFactory:e}]=[t.default??t].flat(),n=e.
mimeTypes[0],o=e.createRenderer({mimeType:n}),r={[n]:{data:[],layout:{}}};await o.renderModel({data:r,metadata:{},setData(){},
trusted:!0});for(let i=0;i<Xr&&!window.Plotly;i+=1)await new Promise(a=>setTimeout(a,Qr));return o.dispose(),window.Plotly}
function ns(s){let t=URL.createObjectURL(s);return new Promise((e,n)=>{let o=m("script",{src:t});o.onload=()=>e(),o.onerror=
()=>n(new Error("plotly.js did not run")),document.head.append(o)}).finally(()=>URL.revokeObjectURL(t))}function cc(s,t,e,n){return pe(s,n,new ot(t,e),()=>Vn(e))}function hc(s,t,e,n=null){let o=new nt(e,n!==null);return n!==
null&&addEventListener("hashchange",()=>location.reload()),pe(s,t,o,jn,n??"")}export{$ as colorIndex,x as formatCount,w as formatDuration,H as formatValue,cc as mountModel,hc as mountStatic,ue as openInPerfetto,
g as plainText};
