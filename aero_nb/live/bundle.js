/* aero_nb: built by front/build.js; sources sha256 501317e9a83b2b307d16258742e9351de15a2e54ed79b965fd91711684219223 */
var $=class s{constructor(e){this.columns=e}columns;static KEPT=65536;added=0;#e=256;static of(){return new s({time:new Float64Array(
256),value:new Float64Array(256),name:new Uint32Array(256),depth:new Uint8Array(256)})}get first(){return Math.max(0,this.
added-this.#e)}at(e){return e&this.#e-1}add(){return this.added===this.#e&&this.#e<s.KEPT&&this.#n(),this.added+=1,this.
at(this.added-1)}#n(){this.#e*=2;for(let[e,t]of Object.entries(this.columns)){let n=new t.constructor(this.#e);n.set(t),
Object.assign(this.columns,{[e]:n})}}},z=class{head={name:"",source:"",busy:0,missed:0};spans=$.of();instants=$.of();series=new Map;open=[];depth=0},
B=class{lanes=[];names=[];frames=$.of();now=0;numbers=null;ended=null;marks=[];heard=0;#e=-1;take(e,t){e.recording!==this.#e&&
this.#n(e.recording),this.names.length=Math.max(this.names.length,e.first),this.names.splice(e.first,e.names.length,...e.
names),e.lanes.forEach((n,i)=>{this.lanes[i]??=new z,this.lanes[i].head=n,this.lanes[i].open=[]});for(let[n,i,r,o]of e.open)
this.#t(n,r).open.push({name:i,depth:r,start:o});this.#a(e.counts,t),this.now=e.now,this.numbers=e.numbers,this.marks=e.
marks}nameOf(e){return this.names[e]??"…"}#n(e){this.#e=e,this.lanes=[],this.names=[],this.frames=$.of()}#t(e,t){let n=this.
lanes[e];return n.depth=Math.max(n.depth,t+1),n}#a([e,t,n,i],r){let o=r.buffer.slice(r.byteOffset,r.byteOffset+r.byteLength),
a=0,l=(d,b,f)=>{let v=new d(o,a,f);return a+=b*f,v},h=[e,e,t,n,n,i,i].map(d=>l(Float64Array,8,d)),u=[e,t,n].map(d=>l(Uint32Array,
4,d)),c=[e,t,n].map(d=>l(Uint16Array,2,d)),m=l(Uint8Array,1,e);for(let d=0;d<e;d+=1){let b=this.#t(c[0][d],m[d]).spans;C(
b,h[0][d],h[1][d],u[0][d],m[d])}for(let d=0;d<t;d+=1)C(this.lanes[c[1][d]].instants,h[2][d],0,u[1][d],0);for(let d=0;d<n;d+=
1){let{series:b}=this.lanes[c[2][d]],f=b.get(u[2][d])??$.of();b.set(u[2][d],f),C(f,h[3][d],h[4][d],u[2][d],0)}for(let d=0;d<
i;d+=1)C(this.frames,h[5][d],h[6][d],0,0)}};function C(s,e,t,n,i){let r=s.add(),{columns:o}=s;o.time[r]=e,o.value[r]=t,o.
name[r]=n,o.depth[r]=i}var H="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",I=class{constructor(e,t={}){this.
element=e;let n=e.getContext("2d",t);if(!n)throw new Error("this browser draws no canvas");this.context=n}element;context;r=1;get width(){
return this.element.width}get height(){return this.element.height}resize(e,t,n){let[i,r]=[Math.max(Math.round(e*n),1),Math.
max(Math.round(t*n),1)],o=this.width!==i||this.height!==r||this.r!==n;return this.r=n,o&&Object.assign(this.element,{width:i,
height:r}),o}};function ne(s,e,t){if(s.measureText(e).width<=t)return e;let n=Array.from(e),i=a=>`${n.slice(0,Math.ceil(
a/2)).join("")}…${n.slice(-Math.floor(a/2)).join("")}`,[r,o]=[2,n.length];for(;r+1<o;){let a=r+o>>1;s.measureText(i(a)).
width<=t?r=a:o=a}return i(r)}function re(s,e,t,n){if(t<=n)return e;let i=Array.from(e),r=a=>`${i.slice(0,a).join("")}…`,
o=Math.floor(i.length*n/t);for(;o>=2&&s.measureText(r(o)).width>n;)o-=1;return o>=2?r(o):""}var V=["#546c3c","#849c54","#a83c78","#b46c0c","#246c90","#189060","#c0300c","#6c78a8","#9c48c0","#e46c90","#a884c0","#3\
084f0"];var Ee=new TextEncoder;function ie(s){let e=2166136261;for(let t of Ee.encode(s.slice(0,512)).subarray(0,256))(t<48||t>57)&&
(e=Math.imul(e^t,16777619));return(Math.imul(e,3273)>>>16)%V.length}function j(s){return[1,3,5].map(e=>Number.parseInt(s.
slice(e,e+2),16))}function ke(s){let[e,t,n]=j(s).map(i=>i/255).map(i=>i<=.04045?i/12.92:((i+.055)/1.055)**2.4);return .2126*
e+.7152*t+.0722*n}function Ae(s){let e=ke(s)+.05;return 1.05/e>=e/.05?"#ffffff":"#000000"}function K(s,e,t){let n=j(e);return`\
#${j(s).map((r,o)=>Math.round(r*t+n[o]*(1-t))).map(r=>r.toString(16).padStart(2,"0")).join("")}`}function oe(s,e){return s.
map(t=>({fill:t,label:Ae(t),edge:K(t,e,.6),faded:K(t,e,.22)}))}var Y="#c0300c",E={light:{paper:"#ffffff",ink:"#1f2328",faint:"\
#59636e",line:"#d8dee4",grid:"#eceff2",lost:"#8c959f",band:"#f6f8fa",mark:"#0550ae",select:"#0550ae",shade:"rgba(5,80,17\
4,0.12)",bad:Y},dark:{paper:"#111111",ink:"#e6edf3",faint:"#a8b1bb",line:"#3d444d",grid:"#23272d",lost:"#6e7681",band:"#\
1a1d21",mark:"#79c0ff",select:"#f0f6fc",shade:"rgba(121,192,255,0.18)",bad:"#ff7b72"}};var X=[[1e3,1,"ns"],[1e6,1e3,"µs"],[1e9,1e6,"ms"],[12e10,1e9,"s"],[72e11,6e10,"min"],[1728e11,36e11,"h"],[Number.POSITIVE_INFINITY,
864e11,"d"]],Oe=X[X.length-1];function q(s){return X.find(([e])=>s<e)??Oe}function Z(s){let[e,t]=Math.abs(s).toExponential(
20).split("e"),n=e.replace(".",""),i=n.slice(3),r="5".padEnd(i.length,"0"),o=Number(n.slice(0,3)),a=i>r||i===r&&o%2===1;
return+`${o+(a?1:0)}e${Number(t)-2}`}function se(s){let e=Z(s);if(e===0)return"0";let t=Math.max(0,2-Math.floor(Math.log10(
Math.abs(e))));return e.toFixed(t)}function k(s){if(!Number.isFinite(s))return"?";let e=Z(s),[,t,n]=q(e);return`${s<0&&e?
"-":""}${se(Math.abs(s)/t)} ${n}`}function A(s){return Math.round(s).toString().replace(/\B(?=(\d{3})+$)/g,",")}var Ne=[[1e12,"T"],[1e9,"G"],[1e6,"M"],[1e3,"k"]];function T(s,e=""){if(Number.isNaN(s))return"?";if(!Number.isFinite(s))
return s>0?"∞":"-∞";let t=Z(s),[n,i]=Ne.find(([r])=>t>=r)??[1,""];return`${s<0&&t?"-":""}${se(Math.abs(s)/n)} ${i}${e}`.
trimEnd()}function ae(s){let e=Math.floor(Math.abs(s)/1e3),t=Math.round(Math.abs(s)-e*1e3),n=t?`.${String(t).padStart(3,
"0")}`:"";return`${s<0?"-":""}${A(e)}${n} µs`}var Re=/(?!\u200d)[\p{Cf}\p{Cs}]/gu,$e=/[\p{Cc}\p{Zl}\p{Zp}]/gu;function O(s,e=80){let t=String(s).slice(0,2*e+2),n=Array.
from(t);return(n.length>e?`${n.slice(0,e-1).join("")}…`:t).replace($e," ").replace(Re,"�")||"(empty name)"}function le(s){let e={lanes:[],series:[],height:0};for(let t of s.lanes){if(t.depth||t.instants.added){let n=Math.min(Math.
max(t.depth,1),12),i=e.height+9,r=9+n*17+5;e.lanes.push({lane:t,top:e.height,height:r,rows:i,depths:n}),e.height+=r}for(let[
n,i]of t.series)e.series.push({lane:t,name:n,rows:i,top:e.height,height:34}),e.height+=34}return e}var Ie=[1,2,5,10,15,30,60,120,180,360,720,1440,2880,7200,14400],Q=6e10,he=864e11,He=5e3;function Ce(s,e){let t=s/Math.max(
e,1);if(t>3e10){let r=Ie.find(o=>o*Q>=t);return Q*(r??Math.ceil(t/he)*1440)}let n=10**Math.floor(Math.log10(t)),i=[1,2,5].
find(r=>r*n>=t*.999)??10;return Math.max(i*n,.001)}function de(s,e,t){let n=Ce(e-s,t),i=Math.max(Math.abs(s),Math.abs(e))/
n>He,r=i?Math.floor(s/(n*1e3))*n*1e3:0,o=[];for(let c=Math.ceil((s-r)/n);r+c*n<=e;c+=1)o.push(r+c*n);let[,a,l]=q(Math.max(
Math.abs(e-r),n)/1.2),h=Math.max(0,Math.ceil(-Math.log10(n/a)-1e-9)),u=o.map(c=>{let m=(c-r)/a;return`${i?"+":""}${m===0?
"0":m.toFixed(Math.min(h,9))} ${l}`});return{values:o,labels:u,base:i?`${Be(r)} +`:"",step:n}}function Be(s){let e=[],t=Math.
abs(s);for(let[i,r]of[[he,"d"],[36e11,"h"],[Q,"min"]]){let o=Math.floor(t/i);o&&e.push(`${o} ${r}`),t-=o*i}let n=(t/1e9).
toFixed(9).replace(/\.?0+$/,"");return(n!=="0"||!e.length)&&e.push(`${n} s`),(s<0?"-":"")+e.join(" ")}function ce({context:s,r:e},t,n,i,r,o){let a=Math.min(4*e,(i-n)/2);s.fillStyle=t,s.beginPath();for(let l=r;l<r+o;l+=2*a)
s.moveTo(i,l),s.lineTo(i-a,l+a),s.lineTo(i,l+2*a);s.fill()}var S=20,w=150,Pe=24,De=3,Fe=110,D=class{constructor(e){this.target=e;this.setTheme(E.light)}target;#e=E.light;#n=[];#t=new Map;#a=new Float64Array(
0);#i=new Int32Array(0);setTheme(e){this.#e=e,this.#n=oe(V,e.paper)}#s(e,{window:[t,n]}){let i=w*this.target.r;return i+
(e-t)/(n-t)*(this.target.width-i)}paint(e){let{context:t,width:n,height:i,r}=this.target,o=this.#e;t.fillStyle=o.paper,t.
fillRect(0,0,n,i),t.textBaseline="middle",this.#l(e),this.#d(0,S*r,n,i-S*r,()=>{let a=({top:l,height:h})=>l+h>e.scroll&&
l-e.scroll<i/r-S;for(let l of e.layout.lanes.filter(a))this.#o(l,e);for(let l of e.layout.series.filter(a))this.#v(l,e)}),
this.#r(e)}#d(e,t,n,i,r){let{context:o}=this.target;o.save(),o.beginPath(),o.rect(e,t,n,i),o.clip(),r(),o.restore()}#l(e){
let{context:t,width:n,height:i,r}=this.target,[o,a]=e.window,l=de(o,a,(n/r-w)/Fe);t.font=`${11*r}px ${H}`,t.textAlign="c\
enter",l.values.forEach((h,u)=>{let c=Math.round(this.#s(h,e));if(h<0&&o<0)return;t.fillStyle=this.#e.grid,t.fillRect(c,
S*r,Math.ceil(r),i);let m=t.measureText(l.labels[u]).width/2;c-m<w*r||c+m>n||(t.fillStyle=this.#e.faint,t.fillText(l.labels[u],
c,S/2*r))}),t.textAlign="left",t.fillStyle=this.#e.faint,l.base&&t.fillText(l.base,4*r,S/2*r)}#p(e,t,n,i){let{context:r,
width:o,r:a}=this.target;r.fillStyle=this.#e.line,r.fillRect(0,Math.round(e*a),o,Math.ceil(a/2)),this.#d(0,e*a,(w-6)*a,t*
a,()=>{r.font=`${11*a}px ${H}`,r.fillStyle=this.#e.faint;let l=(w-8)*a-r.measureText(i).width;r.fillText(i,l,(e+15)*a),r.
font=`${12*a}px ${H}`,r.fillStyle=this.#e.ink,r.fillText(ne(r,O(n,80),l-12*a),4*a,(e+15)*a)})}#o(e,t){let{lane:n}=e,{width:i,
r}=this.target,o=S+e.top-t.scroll;this.#p(o,e.height,n.head.name,`${Math.round(n.head.busy*100)}%`),this.#d(w*r,o*r,i-w*
r,e.height*r,()=>{this.#h(e,S+e.rows-t.scroll,t),this.#m(n,o,t)})}#h({lane:e,depths:t},n,i){let{context:r,width:o,r:a}=this.
target,l=p=>Math.round((n+p*17)*a),h=Math.round(16*a),{longest:u,names:c}=this.#b(t*o),{time:m,value:d,name:b,depth:f}=e.
spans.columns,v=[];for(let p=e.spans.added-1;p>=e.spans.first;p-=1){let g=e.spans.at(p),R=m[g]+d[g];if(R<i.window[0])break;
if(f[g]>=t||m[g]>i.window[1])continue;let M=Math.max(Math.floor(this.#s(m[g],i)),0),y=Math.min(Math.max(Math.ceil(this.#s(
R,i)),M+1),o);if(y-M>=De)v.push([b[g],f[g],M,y,!1]);else for(let L=f[g]*o+M;L<f[g]*o+y;L+=1)d[g]<=u[L]||(u[L]=d[g],c[L]=
b[g])}for(let p of e.open){if(p.depth>=t||p.start>i.window[1])continue;let g=Math.floor(this.#s(p.start,i));v.push([p.name,
p.depth,g,Math.max(Math.ceil(this.#s(i.store.now,i)),g+1),!0])}for(let p=0;p<t*o;p+=1)u[p]<0||(r.fillStyle=this.#u(i.store,
c[p]).fill,r.fillRect(p%o,l(Math.floor(p/o)),1,h));let N=w*a-2;for(let[p,g,R,M,y]of v)this.#c(i.store,p,Math.max(R,N),Math.
min(M,o+2),l(g),h,y)}#b(e){return this.#a.length<e&&(this.#a=new Float64Array(e),this.#i=new Int32Array(e)),this.#a.fill(
-1,0,e),{longest:this.#a,names:this.#i}}#c(e,t,n,i,r,o,a){if(i<=n)return;let{context:l,r:h}=this.target,u=this.#u(e,t);if(l.
fillStyle=u.fill,l.fillRect(n,r,i-n,o),l.fillStyle=u.edge,i-n>4*h&&l.fillRect(n,r,Math.max(Math.round(h/2),1),o),a&&i-n>
4*h&&ce(this.target,this.#e.paper,n,i,r,o),i-n<Pe*h)return;l.font=`${11*h}px ${H}`,l.fillStyle=u.label;let c=O(e.nameOf(
t)),m=i-n-7*h;l.fillText(re(l,c,l.measureText(c).width,m),n+4*h,r+o/2+h/2)}#u(e,t){let n=e.nameOf(t),i=this.#t.get(n);return i===
void 0&&(i=ie(n),this.#t.set(n,i)),this.#n[i]}#m({instants:e},t,n){let{context:i,r}=this.target;i.fillStyle=this.#e.mark;
let o=-1;for(let a=e.added-1;a>=e.first;a-=1){let l=e.columns.time[e.at(a)];if(l<n.window[0])break;let h=Math.round(this.#s(
l,n));h!==o&&(o=h,i.beginPath(),i.moveTo(h-3*r,(t+2)*r),i.lineTo(h+3*r,(t+2)*r),i.lineTo(h,(t+8)*r),i.fill())}}#v(e,t){let{
width:n,r:i}=this.target,{rows:r}=e,o=S+e.top-t.scroll,a=r.columns.value[r.at(r.added-1)];this.#p(o,e.height,t.store.nameOf(
e.name),T(a)),this.#d(w*i,o*i,n-w*i,e.height*i,()=>this.#f(r,o+4,e.height-6,t,this.#u(t.store,e.name).fill))}#f(e,t,n,i,r){
let{context:o,r:a}=this.target,{time:l,value:h}=e.columns,u=e.added-1;for(;u>e.first&&l[e.at(u)]>i.window[0];)u-=1;let[c,
m]=[Number.POSITIVE_INFINITY,Number.NEGATIVE_INFINITY];for(let y=u;y<e.added;y+=1)c=Math.min(c,h[e.at(y)]),m=Math.max(m,
h[e.at(y)]);c===m&&(c=Math.min(c-1,0));let d=y=>(t+n-(y-c)/(m-c)*n)*a,b=new Path2D,[f,v]=[this.#s(l[e.at(u)],i),d(h[e.at(
u)])],N=f,[p,g]=[v,v],R=()=>{p<v&&b.lineTo(f,p),g>v&&b.lineTo(f,g),b.lineTo(f,v)};b.moveTo(f,v);for(let y=u+1;y<e.added;y+=
1){let L=e.at(y),G=this.#s(l[L],i);Math.floor(G)!==Math.floor(f)&&(R(),b.lineTo(G,v),[p,g]=[Number.POSITIVE_INFINITY,Number.
NEGATIVE_INFINITY],f=G),v=d(h[L]),p=Math.min(p,v),g=Math.max(g,v)}R(),f=this.#s(i.store.now,i),b.lineTo(f,v);let M=new Path2D(
b);M.lineTo(f,(t+n)*a),M.lineTo(N,(t+n)*a),o.globalAlpha=.25,o.fillStyle=r,o.fill(M),o.globalAlpha=1,o.strokeStyle=r,o.lineWidth=
1.2*a,o.stroke(b)}#r(e){let{context:t,width:n,height:i,r}=this.target;t.font=`${11*r}px ${H}`,this.#d(w*r,0,n,i,()=>{for(let[
o,a]of e.marks){let l=Math.round(this.#s(o,e)),h=t.measureText(a).width+6*r;t.fillStyle=this.#e.mark,t.fillRect(l,0,Math.
max(r,1),i),t.fillRect(l,2*r,h,(S-5)*r),t.fillStyle=this.#e.paper,t.fillText(a,l+3*r,S/2*r)}})}};function ue(s,e,t,n,i){let r=e.series.find(({top:l,height:h})=>n>=l&&n<l+h);if(r){let l=Ue(r.rows,t);return l<0?null:[O(
s.nameOf(r.name)),T(r.rows.columns.value[l])]}let o=e.lanes.find(({top:l,height:h})=>n>=l&&n<l+h);if(!o)return null;let a=Math.
floor((n-o.rows)/17);return a<0?We(s,o.lane,t,i):_e(s,o.lane,a,t,i)}function _e(s,e,t,n,i){let r=e.open.find(m=>m.depth===
t&&m.start<=n+i);if(r&&n<=s.now)return J(s,r.name,`open for ${k(s.now-r.start)}`,r.start);let{spans:o}=e,{time:a,value:l,
name:h,depth:u}=o.columns,c=-1;for(let m=o.added-1;m>=o.first;m-=1){let d=o.at(m);if(a[d]+l[d]<n-i)break;u[d]!==t||a[d]>
n+i||(c<0||l[d]>l[c])&&(c=d)}return c<0?null:J(s,h[c],k(l[c]),a[c])}function We(s,{instants:e},t,n){let i=4*n;for(let r=e.
added-1;r>=e.first;r-=1){let o=e.at(r);if(e.columns.time[o]<t-i)break;if(e.columns.time[o]<=t+i)return J(s,e.columns.name[o],
"instant",e.columns.time[o])}return null}function J(s,e,t,n){return[O(s.nameOf(e)),`${t}, at ${ae(n)}`]}function Ue(s,e){
for(let t=s.added-1;t>=s.first;t-=1)if(s.columns.time[s.at(t)]<=e)return s.at(t);return-1}var F=class{constructor(e,t){this.store=e;this.seconds=t}store;seconds;paused=null;shown(e){if(this.paused)return this.paused;
let t=this.seconds*1e9,n=t/Math.max(e,1),i=Math.max(Math.ceil(this.store.now/n)*n,t);return[i-t,i]}pause(e){this.paused??=
this.shown(e)}resume(){this.paused=null}zoom(e,t,n){let[i,r]=this.shown(n),o=i+t*(r-i),a=Math.min(Math.max((r-i)*e,1e3),
this.longest);this.#e(o-t*a,a)}pan(e,t){let[n,i]=this.shown(t);this.#e(n+e*(i-n),i-n)}stepFrame(e,t){let{frames:n}=this.
store,[i,r]=this.shown(t),o=Ge(n,(i+r)/2),a=this.paused?o+e:n.added-1;if(a<n.first||a>=n.added)return;let l=n.at(a),[h,u]=[
n.columns.time[l],n.columns.value[l]];this.#e(h-.15*u,u*(1+2*.15))}get longest(){return Math.max(this.store.now,this.seconds*
1e9)}#e(e,t){let n=Math.max(this.store.now-.85*t,0),i=Math.min(Math.max(e,0),n);this.paused=[i,i+t]}};function Ge(s,e){let t=s.
first,n=s.added;for(;t<n;){let i=t+n>>1;s.columns.time[s.at(i)]<=e?t=i+1:n=i}return t-1}function x(s,e={},...t){let n=document.createElement(s);for(let[i,r]of Object.entries(e))typeof r=="function"?n.addEventListener(
i,r):r!==null&&r!==!1&&r!==void 0&&n.setAttribute(i,String(r));return n.append(...t),n}var ze=/^[a-z][a-z ]*$/i;function ee(s,e,{
text:t=s,...n}={}){let i=ze.test(t)&&!s.toLowerCase().includes(t.toLowerCase())?`${t}: ${s}`:s;return x("button",{type:"\
button",title:s,"aria-label":i,click:e,...n},t)}function me(s,e){let t;return()=>{clearTimeout(t),t=setTimeout(s,e)}}var je=6e10,_=1e9/60,Ke=38,Ve=220,Ye=new Set(["overwritten","missed","cost"]),W=class{constructor(e){this.store=e}store;element=x(
"div",{class:"aero-live-numbers"});#e=new I(x("canvas",{class:"aero-live-line",role:"img"}));#n=new Map;update(e,t){let{
numbers:n}=this.store;if(!n)return;let i=new Set,r=(o,a,l,h=!1)=>{i.add(o),this.#a(o,a,l,h)};this.#t(n,r);for(let{name:o,
value:a,rate:l}of n.counters)r(`counter ${o}`,T(a,l?"/s":""),O(o,32));n.overwritten&&r("overwritten",A(n.overwritten),"r\
ecords left the rings",!0),n.missed&&r("missed",A(n.missed),"not shown here"),r("cost",`${(n.cpu*100).toFixed(1)}%`,`of \
a core for this view, ${T(n.bytes_per_s,"B/s")}`);for(let[o,{tile:a}]of this.#n)i.has(o)||(a.remove(),this.#n.delete(o));
this.element.append(...[...this.#n.entries()].filter(([o])=>Ye.has(o)).map(([,{tile:o}])=>o)),this.#i(e,t)}#t(e,t){if(e.
fps===null)return;t("fps",e.fps<10?e.fps.toFixed(1):A(e.fps),"frames a second"),this.#e.element.parentElement||this.element.
append(this.#e.element),t("ms",e.frame_ms===null?"none":`${T(e.frame_ms)} ms`,"a frame, last second"),t("low",e.low===null?
"?":T(e.low),"1% low, last minute");let n=e.frames?100*e.late/e.frames:0;t("late",`${A(e.late)}`,`late of ${A(e.frames)}\
 (${n.toFixed(0)}%)`)}#a(e,t,n,i){let r=this.#n.get(e);if(!r){let[o,a]=[x("b"),x("span")];r={tile:x("div",{class:"aero-l\
ive-number","data-number":e},o,a),value:o,label:a},this.#n.set(e,r),this.element.append(r.tile)}r.tile.classList.toggle(
"aero-live-bad",i),r.value.textContent!==t&&(r.value.textContent=t),r.label.textContent!==n&&(r.label.textContent=n)}#i(e,t){
let{frames:n,now:i}=this.store;if(!n.added)return;this.#e.resize(Ve,Ke,t);let{context:r,width:o,height:a,r:l}=this.#e,h=new Float64Array(
o),u=2*_,c=6*_;for(let d=n.added-1;d>=n.first;d-=1){let b=n.at(d),[f,v]=[n.columns.time[b],n.columns.value[b]],N=Math.floor(
(1-(i-f)/je)*o);if(N<0)break;h[N]=Math.max(h[N],v),u=Math.min(Math.max(u,v),c)}r.clearRect(0,0,o,a),r.fillStyle=e.band,r.
fillRect(0,0,o,a),h.forEach((d,b)=>{let f=Math.min(d/u,1)*a;r.fillStyle=d>1.1*_?Y:e.faint,d&&r.fillRect(b,a-f,1,f)}),r.fillStyle=
e.mark,r.fillRect(0,Math.round(a*(1-_/u)),o,Math.max(Math.round(l/2),1));let m=T(u/1e6);this.#e.element.title=`frame tim\
es of the last minute, to ${m} ms; the line is 1/60 s`,this.#e.element.setAttribute("aria-label",this.#e.element.title)}};var Xe=50,fe=["load","transitionend"],qe=127,ge="aero-dark",pe=":is(.aero-timeline,.aero-live,.aero-flame-figure)",Ze=`${pe}\
{${be(E.light)}}
${pe}.${ge}{${be(E.dark)}}`;function be(s){return Object.entries(s).map(([e,t])=>`--${e}:${t}`).join(";")}function ve(s,e,t){
let n=s instanceof Document?s.head:s;n.querySelector(`#${e}`)||n.append(x("style",{id:e},`${Ze}
${t}`))}function xe(s,e){let t=tt(e);return s.classList.toggle(ge,t),t?E.dark:E.light}function Qe(s){for(let e=s;e;e=e.parentElement??
et(e)){let[t,n,i,r]=Je(getComputedStyle(e).backgroundColor);if(r>qe)return[t,n,i]}return[255,255,255]}function Je(s){let e=new OffscreenCanvas(
1,1).getContext("2d");return e?(e.fillStyle=s,e.fillRect(0,0,1,1),e.getImageData(0,0,1,1).data):new Uint8ClampedArray(4)}
function et(s){let e=s.getRootNode();return e instanceof ShadowRoot?e.host:null}function tt(s){let[e,t,n]=Qe(s);return .299*
e+.587*t+.114*n<128}function we(s){let e=new MutationObserver(s),t=["class","style","data-jp-theme-name","data-theme"];for(let r of[
document.documentElement,document.body])e.observe(r,{attributes:!0,attributeFilter:t});let n=matchMedia("(prefers-color-\
scheme: dark)"),i=me(s,Xe);n.addEventListener("change",i);for(let r of fe)document.addEventListener(r,i,!0);return()=>{e.
disconnect(),n.removeEventListener("change",i);for(let r of fe)document.removeEventListener(r,i,!0)}}var ye=3e3,Se=.7,nt=420,Me="Space: pause or go on · Ctrl+wheel, W, S: zoom · drag, A, D: move · ← →: from frame to frame\
 · M: mark this moment",U=class{#e;#n;#t;#a;#i;#s=x("div",{class:"aero-live-state",role:"status"});#d;#l=x("div",{class:"\
aero-live-scroller"});#p=x("div");#o=new I(x("canvas",{role:"img","aria-label":"the spans of the last seconds"}),{alpha:!1});#h=x(
"div",{class:"aero-live-tip",role:"tooltip",hidden:!0});#b;#c={lanes:[],series:[],height:0};#u=null;#m=0;#v=!0;frames=0;#f=[];constructor(e,t,n){
this.#i=e,this.#n=t,this.#e=n,this.#t=new F(n,Number(t.get("seconds"))),this.#a=new W(n),this.#b=new D(this.#o),this.#d=
ee("pause (Space)",()=>this.#y(),{text:"Pause"});let i=ee("mark this moment (M)",()=>this.#S(),{text:"Mark"}),r=x("span",
{title:Me,"aria-label":Me,role:"note"},"?"),o=x("div",{class:"aero-live-head"},this.#s,this.#d,i,r);this.#l.append(this.#o.
element,this.#p),e.classList.add("aero-live"),e.setAttribute("tabindex","0"),e.setAttribute("role","application"),e.setAttribute(
"aria-label","live view of a recording"),e.dataset.lmSuppressShortcuts="true",e.replaceChildren(o,this.#a.element,this.#l,
this.#h),this.#k(),this.changed()}changed(){this.#m||!this.#v||(this.#m=requestAnimationFrame(()=>{this.#m=0,this.#L()}))}get inSight(){
return this.#t.shown(this.#r)}get marked(){return this.#w.length}stop(){for(let e of this.#f)e();cancelAnimationFrame(this.#m)}get#r(){
return Math.max(this.#o.width-w*this.#o.r,1)}#L(){let e=devicePixelRatio,t=xe(this.#i,this.#i.parentElement??this.#i);this.#b.
setTheme(t),(!this.#t.paused||!this.#c.height)&&(this.#c=le(this.#e));let n=S+Math.max(this.#c.height,40),i=Math.max(nt,
Number(this.#n.get("tallest")??0)),r=Math.min(n,i);this.#l.style.maxHeight=`${i}px`,this.#o.element.style.height=`${r}px`,
this.#p.style.height=`${n-r}px`,this.#o.resize(this.#l.clientWidth,r,e),this.#b.paint({store:this.#e,layout:this.#c,window:this.#t.
shown(this.#r),scroll:this.#l.scrollTop,marks:[...this.#e.marks,...this.#w]}),this.#a.update(t,e),this.#E(),this.#T(),this.
frames+=1}#E(){let{now:e,numbers:t,ended:n,heard:i}=this.#e,r=performance.now()-i,[o,a]=this.#t.shown(this.#r),[l,h]=["r\
ecording",`for ${k(e)}`];(!t||!this.#e.lanes.length)&&([l,h]=["waiting","for the first records"]),t&&r>ye&&([l,h]=["no n\
ews",`for ${k(r*1e6)}; ${h} until then`]),n!==null&&([l,h]=["ended",n]),this.#t.paused&&([l,h]=["paused",`at ${k(a-o)} f\
rom ${k(o)} on; the recording goes on`]),this.#s.replaceChildren(x("b",{},l),` ${h}`),this.#d.textContent=this.#t.paused?
"Go on":"Pause"}#k(){let e=(o,a,l,h)=>{o.addEventListener(a,l,h),this.#f.push(()=>o.removeEventListener(a,l,h))},{element:t}=this.#o;
e(this.#i,"keydown",o=>this.#A(o)),e(t,"wheel",o=>this.#O(o),{passive:!1}),e(t,"pointerdown",o=>this.#N(o)),e(t,"pointer\
move",o=>this.#M(o)),e(t,"pointerleave",()=>this.#M(null)),e(this.#l,"scroll",()=>this.changed()),this.#f.push(we(()=>this.
changed()));let n=new ResizeObserver(()=>this.changed());n.observe(this.#i);let i=new IntersectionObserver(([o])=>{this.#v=
o.isIntersecting,this.changed()});i.observe(this.#i);let r=setInterval(()=>this.changed(),1e3);this.#f.push(()=>n.disconnect(),
()=>i.disconnect(),()=>clearInterval(r))}#A(e){if(e.ctrlKey||e.metaKey||e.altKey)return;let t=e.target.closest("button")!==
null,i={" ":()=>this.#y(),w:()=>this.#t.zoom(Se,.5,this.#r),s:()=>this.#t.zoom(1/Se,.5,this.#r),a:()=>this.#t.pan(-.2,this.#r),
d:()=>this.#t.pan(.2,this.#r),ArrowLeft:()=>this.#t.stepFrame(-1,this.#r),ArrowRight:()=>this.#t.stepFrame(1,this.#r),m:()=>this.#S()}[e.
key.length===1?e.key.toLowerCase():e.key];!i||t&&e.key===" "||(e.preventDefault(),e.stopPropagation(),i(),this.#g())}#y(){
this.#t.paused?this.#t.resume():this.#t.pause(this.#r),this.#g()}#O(e){e.ctrlKey&&(e.preventDefault(),this.#t.zoom(1.002**
e.deltaY,this.#x(e),this.#r),this.#g())}#N(e){if(e.button!==0)return;let{element:t}=this.#o;t.setPointerCapture(e.pointerId);
let n=this.#x(e),i=r=>{this.#t.pan(n-this.#x(r),this.#r),n=this.#x(r),this.#g()};t.addEventListener("pointermove",i),t.addEventListener(
"lostpointercapture",()=>t.removeEventListener("pointermove",i),{once:!0})}#x(e){let t=this.#o.element.getBoundingClientRect();
return Math.min(Math.max((e.clientX-t.left-w)/Math.max(t.width-w,1),0),1)}#g(){this.#n.set("window",this.#t.paused),this.#n.
save_changes(),this.changed()}get#w(){return this.#n.get("marks")??[]}#S(){let[e,t]=this.#t.shown(this.#r),n=Math.min(performance.
now()-this.#e.heard,ye)*1e6,i=this.#t.paused?(e+t)/2:this.#e.now+n;this.#n.set("marks",[...this.#w,[i,`mark ${this.#w.length+
1}`]]),this.#g()}#M(e){let t=this.#o.element.getBoundingClientRect();this.#u=e&&{x:e.clientX-t.left,y:e.clientY-t.top},this.#T()}#T(){
let e=this.#u,t=e&&e.x>w&&e.y>S?this.#R(e.x,e.y):null;if(this.#h.hidden=!t,!e||!t)return;this.#h.replaceChildren(x("b",{},
t[0]),x("div",{},t[1]));let{offsetLeft:n,offsetTop:i}=this.#l,r=this.#i.clientWidth-this.#h.offsetWidth-4,o=i+e.y+16,a=o+
this.#h.offsetHeight<this.#i.clientHeight;this.#h.style.left=`${Math.max(Math.min(n+e.x+12,r),0)}px`,this.#h.style.top=`${a?
o:Math.max(i+e.y-this.#h.offsetHeight-10,0)}px`}#R(e,t){let[n,i]=this.#t.shown(this.#r),r=(i-n)/Math.max(this.#o.width/this.#o.
r-w,1),o=n+(e-w)*r;return ue(this.#e,this.#c,o,t-S+this.#l.scrollTop,r)}};var Te=`.aero-live {
  position: relative;
  background: var(--paper);
  color: var(--ink);
  border: 1px solid var(--line);
  border-radius: 4px;
  overflow: hidden;
  font:
    12px / 1.4 system-ui,
    -apple-system,
    "Segoe UI",
    Roboto,
    "Helvetica Neue",
    Arial,
    sans-serif;
  outline: none;
}
.aero-live:focus-visible {
  border-color: var(--mark);
  box-shadow: 0 0 0 1px var(--mark);
}
.aero-live-head {
  display: flex;
  align-items: center;
  gap: 8px;
  padding: 5px 8px;
  background: var(--band);
  border-bottom: 1px solid var(--line);
}
.aero-live-state {
  flex: 1;
  color: var(--faint);
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
}
.aero-live-state b {
  color: var(--ink);
}
.aero-live button {
  font: inherit;
  color: var(--ink);
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 3px;
  padding: 1px 8px;
  cursor: pointer;
}
.aero-live button:hover {
  border-color: var(--faint);
}
.aero-live button:focus-visible {
  outline: 2px solid var(--mark);
}
.aero-live-numbers {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 22px;
  padding: 8px 10px 6px;
  min-height: 40px;
  border-bottom: 1px solid var(--line);
}
.aero-live-number b {
  display: block;
  font-size: 17px;
  line-height: 21px;
  font-weight: 600;
  font-variant-numeric: tabular-nums;
}
.aero-live-number span {
  color: var(--faint);
  font-size: 11px;
}
.aero-live-bad b {
  color: var(--bad);
}
.aero-live-line {
  width: 220px;
  height: 38px;
}
.aero-live-scroller {
  overflow-y: auto;
  position: relative;
}
.aero-live-scroller canvas {
  position: sticky;
  top: 0;
  display: block;
  width: 100%;
  touch-action: pan-y;
}
.aero-live-tip {
  position: absolute;
  pointer-events: none;
  max-width: 320px;
  padding: 3px 7px;
  border: 1px solid var(--line);
  border-radius: 3px;
  background: var(--paper);
  box-shadow: 0 1px 4px rgba(0, 0, 0, 0.2);
  overflow-wrap: anywhere;
}
.aero-live-tip div {
  color: var(--faint);
}
`;var te=new Map;function Le(s){let e=s.get("_key"),t=te.get(e)??{store:new B,views:new Set};return te.set(e,t),t}function it({
model:s}){let{store:e,views:t}=Le(s);e.heard=performance.now();let n=(r,o)=>{"ended"in r?e.ended=r.ended:e.take(r,o[0]),
e.heard=performance.now();for(let a of t)a.changed()},i=()=>{for(let r of t)r.changed()};return s.on("msg:custom",n),s.on(
"change:marks",i),()=>{s.off("msg:custom",n),s.off("change:marks",i),te.delete(s.get("_key"))}}function ot({model:s,el:e}){
let{store:t,views:n}=Le(s),i=document.createElement("div");e.append(i),ve(i.getRootNode(),"aero-nb-live-style",Te);let r=new U(
i,s,t);return Object.assign(i,{aeroLive:r,aeroLiveStore:t}),n.add(r),()=>{n.delete(r),r.stop()}}var rn={initialize:it,render:ot};export{rn as default};
