/* aero_nb: built by front/build.js; sources sha256 8609b5d3d662c5f52adfabc11de8261174714d09a8f269cf27b614b0b0d594ae */
var N=class s{constructor(t){this.columns=t}columns;static KEPT=65536;added=0;#t=256;static of(){return new s({time:new Float64Array(
256),value:new Float64Array(256),name:new Uint32Array(256),depth:new Uint8Array(256)})}get first(){return Math.max(0,this.
added-this.#t)}at(t){return t&this.#t-1}add(){return this.added===this.#t&&this.#t<s.KEPT&&this.#n(),this.added+=1,this.
at(this.added-1)}#n(){this.#t*=2;for(let[t,e]of Object.entries(this.columns)){let n=new e.constructor(this.#t);n.set(e),
Object.assign(this.columns,{[t]:n})}}},z=class{head={name:"",source:"",busy:0,missed:0};spans=N.of();instants=N.of();series=new Map;open=[];depth=0},
P=class{lanes=[];names=[];frames=N.of();now=0;numbers=null;ended=null;marks=[];heard=0;#t=-1;take(t,e){t.recording!==this.#t&&
this.#n(t.recording),this.names.length=Math.max(this.names.length,t.first),this.names.splice(t.first,t.names.length,...t.
names),t.lanes.forEach((n,i)=>{this.lanes[i]??=new z,this.lanes[i].head=n,this.lanes[i].open=[]});for(let[n,i,r,o]of t.open)
this.#e(n,r).open.push({name:i,depth:r,start:o});this.#a(t.counts,e),this.now=t.now,this.numbers=t.numbers,this.marks=t.
marks}nameOf(t){return this.names[t]??"…"}#n(t){this.#t=t,this.lanes=[],this.names=[],this.frames=N.of()}#e(t,e){let n=this.
lanes[t];return n.depth=Math.max(n.depth,e+1),n}#a([t,e,n,i],r){let o=r.buffer.slice(r.byteOffset,r.byteOffset+r.byteLength),
a=0,l=(c,b,f)=>{let v=new c(o,a,f);return a+=b*f,v},h=[t,t,e,n,n,i,i].map(c=>l(Float64Array,8,c)),u=[t,e,n].map(c=>l(Uint32Array,
4,c)),d=[t,e,n].map(c=>l(Uint16Array,2,c)),m=l(Uint8Array,1,t);for(let c=0;c<t;c+=1){let b=this.#e(d[0][c],m[c]).spans;C(
b,h[0][c],h[1][c],u[0][c],m[c])}for(let c=0;c<e;c+=1)C(this.lanes[d[1][c]].instants,h[2][c],0,u[1][c],0);for(let c=0;c<n;c+=
1){let{series:b}=this.lanes[d[2][c]],f=b.get(u[2][c])??N.of();b.set(u[2][c],f),C(f,h[3][c],h[4][c],u[2][c],0)}for(let c=0;c<
i;c+=1)C(this.frames,h[5][c],h[6][c],0,0)}};function C(s,t,e,n,i){let r=s.add(),{columns:o}=s;o.time[r]=t,o.value[r]=e,o.
name[r]=n,o.depth[r]=i}var H="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",I=class{constructor(t,e={}){this.
element=t;let n=t.getContext("2d",e);if(!n)throw new Error("this browser draws no canvas");this.context=n}element;context;r=1;get width(){
return this.element.width}get height(){return this.element.height}resize(t,e,n){let[i,r]=[Math.max(Math.round(t*n),1),Math.
max(Math.round(e*n),1)],o=this.width!==i||this.height!==r||this.r!==n;return this.r=n,o&&Object.assign(this.element,{width:i,
height:r}),o}};function et(s,t,e){if(s.measureText(t).width<=e)return t;let n=Array.from(t),i=a=>`${n.slice(0,Math.ceil(
a/2)).join("")}…${n.slice(-Math.floor(a/2)).join("")}`,[r,o]=[2,n.length];for(;r+1<o;){let a=r+o>>1;s.measureText(i(a)).
width<=e?r=a:o=a}return i(r)}function nt(s,t,e,n){if(e<=n)return t;let i=Array.from(t),r=a=>`${i.slice(0,a).join("")}…`,
o=Math.floor(i.length*n/e);for(;o>=2&&s.measureText(r(o)).width>n;)o-=1;return o>=2?r(o):""}var V=["#546c3c","#849c54","#a83c78","#b46c0c","#246c90","#189060","#c0300c","#6c78a8","#9c48c0","#e46c90","#a884c0","#3\
084f0"];var Mt=new TextEncoder;function rt(s){let t=2166136261;for(let e of Mt.encode(s.slice(0,512)).subarray(0,256))(e<48||e>57)&&
(t=Math.imul(t^e,16777619));return(Math.imul(t,3273)>>>16)%V.length}function j(s){return[1,3,5].map(t=>Number.parseInt(s.
slice(t,t+2),16))}function Tt(s){let[t,e,n]=j(s).map(i=>i/255).map(i=>i<=.04045?i/12.92:((i+.055)/1.055)**2.4);return .2126*
t+.7152*e+.0722*n}function Lt(s){let t=Tt(s)+.05;return 1.05/t>=t/.05?"#ffffff":"#000000"}function K(s,t,e){let n=j(t);return`\
#${j(s).map((r,o)=>Math.round(r*e+n[o]*(1-e))).map(r=>r.toString(16).padStart(2,"0")).join("")}`}function it(s,t){return s.
map(e=>({fill:e,label:Lt(e),edge:K(e,t,.6),faded:K(e,t,.22)}))}var $={light:{paper:"#ffffff",ink:"#1f2328",faint:"#59636\
e",line:"#d8dee4",grid:"#eceff2",lost:"#8c959f",band:"#f6f8fa",mark:"#0550ae",select:"#0550ae",shade:"rgba(5,80,174,0.12\
)"},dark:{paper:"#111111",ink:"#e6edf3",faint:"#a8b1bb",line:"#3d444d",grid:"#23272d",lost:"#6e7681",band:"#1a1d21",mark:"\
#79c0ff",select:"#f0f6fc",shade:"rgba(121,192,255,0.18)"}};var Y=[[1e3,1,"ns"],[1e6,1e3,"µs"],[1e9,1e6,"ms"],[12e10,1e9,"s"],[72e11,6e10,"min"],[1728e11,36e11,"h"],[Number.POSITIVE_INFINITY,
864e11,"d"]],Et=Y[Y.length-1];function X(s){return Y.find(([t])=>s<t)??Et}function q(s){let[t,e]=Math.abs(s).toExponential(
20).split("e"),n=t.replace(".",""),i=n.slice(3),r="5".padEnd(i.length,"0"),o=Number(n.slice(0,3)),a=i>r||i===r&&o%2===1;
return+`${o+(a?1:0)}e${Number(e)-2}`}function ot(s){let t=q(s);if(t===0)return"0";let e=Math.max(0,2-Math.floor(Math.log10(
Math.abs(t))));return t.toFixed(e)}function E(s){if(!Number.isFinite(s))return"?";let t=q(s),[,e,n]=X(t);return`${s<0&&t?
"-":""}${ot(Math.abs(s)/e)} ${n}`}function R(s){return Math.round(s).toString().replace(/\B(?=(\d{3})+$)/g,",")}var kt=[[1e12,"T"],[1e9,"G"],[1e6,"M"],[1e3,"k"]];function T(s,t=""){if(Number.isNaN(s))return"?";if(!Number.isFinite(s))
return s>0?"∞":"-∞";let e=q(s),[n,i]=kt.find(([r])=>e>=r)??[1,""];return`${s<0&&e?"-":""}${ot(Math.abs(s)/n)} ${i}${t}`.
trimEnd()}function st(s){let t=Math.floor(Math.abs(s)/1e3),e=Math.round(Math.abs(s)-t*1e3),n=e?`.${String(e).padStart(3,
"0")}`:"";return`${s<0?"-":""}${R(t)}${n} µs`}var Ot=/(?!\u200d)[\p{Cf}\p{Cs}]/gu,At=/[\p{Cc}\p{Zl}\p{Zp}]/gu;function k(s,t=80){let e=String(s).slice(0,2*t+2),n=Array.
from(e);return(n.length>t?`${n.slice(0,t-1).join("")}…`:e).replace(At," ").replace(Ot,"�")||"(empty name)"}function at(s){let t={lanes:[],series:[],height:0};for(let e of s.lanes){if(e.depth||e.instants.added){let n=Math.min(Math.
max(e.depth,1),12),i=t.height+9,r=9+n*17+5;t.lanes.push({lane:e,top:t.height,height:r,rows:i,depths:n}),t.height+=r}for(let[
n,i]of e.series)t.series.push({lane:e,name:n,rows:i,top:t.height,height:34}),t.height+=34}return t}var Nt=[1,2,5,10,15,30,60,120,180,360,720,1440,2880,7200,14400],Z=6e10,lt=864e11,Rt=5e3;function It(s,t){let e=s/Math.max(
t,1);if(e>3e10){let r=Nt.find(o=>o*Z>=e);return Z*(r??Math.ceil(e/lt)*1440)}let n=10**Math.floor(Math.log10(e)),i=[1,2,5].
find(r=>r*n>=e*.999)??10;return Math.max(i*n,.001)}function ht(s,t,e){let n=It(t-s,e),i=Math.max(Math.abs(s),Math.abs(t))/
n>Rt,r=i?Math.floor(s/(n*1e3))*n*1e3:0,o=[];for(let d=Math.ceil((s-r)/n);r+d*n<=t;d+=1)o.push(r+d*n);let[,a,l]=X(Math.max(
Math.abs(t-r),n)/1.2),h=Math.max(0,Math.ceil(-Math.log10(n/a)-1e-9)),u=o.map(d=>{let m=(d-r)/a;return`${i?"+":""}${m===0?
"0":m.toFixed(Math.min(h,9))} ${l}`});return{values:o,labels:u,base:i?`${Ht(r)} +`:"",step:n}}function Ht(s){let t=[],e=Math.
abs(s);for(let[i,r]of[[lt,"d"],[36e11,"h"],[Z,"min"]]){let o=Math.floor(e/i);o&&t.push(`${o} ${r}`),e-=o*i}let n=(e/1e9).
toFixed(9).replace(/\.?0+$/,"");return(n!=="0"||!t.length)&&t.push(`${n} s`),(s<0?"-":"")+t.join(" ")}function ct({context:s,r:t},e,n,i,r,o){let a=Math.min(4*t,(i-n)/2);s.fillStyle=e,s.beginPath();for(let l=r;l<r+o;l+=2*a)
s.moveTo(i,l),s.lineTo(i-a,l+a),s.lineTo(i,l+2*a);s.fill()}var S=20,x=150,$t=24,Ct=3,Pt=110,_=class{constructor(t){this.target=t;this.setTheme($.light)}target;#t=$.light;#n=[];#e=new Map;#a=new Float64Array(
0);#i=new Int32Array(0);setTheme(t){this.#t=t,this.#n=it(V,t.paper)}#s(t,{window:[e,n]}){let i=x*this.target.r;return i+
(t-e)/(n-e)*(this.target.width-i)}paint(t){let{context:e,width:n,height:i,r}=this.target,o=this.#t;e.fillStyle=o.paper,e.
fillRect(0,0,n,i),e.textBaseline="middle",this.#l(t),this.#c(0,S*r,n,i-S*r,()=>{let a=({top:l,height:h})=>l+h>t.scroll&&
l-t.scroll<i/r-S;for(let l of t.layout.lanes.filter(a))this.#o(l,t);for(let l of t.layout.series.filter(a))this.#v(l,t)}),
this.#r(t)}#c(t,e,n,i,r){let{context:o}=this.target;o.save(),o.beginPath(),o.rect(t,e,n,i),o.clip(),r(),o.restore()}#l(t){
let{context:e,width:n,height:i,r}=this.target,[o,a]=t.window,l=ht(o,a,(n/r-x)/Pt);e.font=`${11*r}px ${H}`,e.textAlign="c\
enter",l.values.forEach((h,u)=>{let d=Math.round(this.#s(h,t));if(h<0&&o<0)return;e.fillStyle=this.#t.grid,e.fillRect(d,
S*r,Math.ceil(r),i);let m=e.measureText(l.labels[u]).width/2;d-m<x*r||d+m>n||(e.fillStyle=this.#t.faint,e.fillText(l.labels[u],
d,S/2*r))}),e.textAlign="left",e.fillStyle=this.#t.faint,l.base&&e.fillText(l.base,4*r,S/2*r)}#p(t,e,n,i){let{context:r,
width:o,r:a}=this.target;r.fillStyle=this.#t.line,r.fillRect(0,Math.round(t*a),o,Math.ceil(a/2)),this.#c(0,t*a,(x-6)*a,e*
a,()=>{r.font=`${11*a}px ${H}`,r.fillStyle=this.#t.faint;let l=(x-8)*a-r.measureText(i).width;r.fillText(i,l,(t+15)*a),r.
font=`${12*a}px ${H}`,r.fillStyle=this.#t.ink,r.fillText(et(r,k(n,80),l-12*a),4*a,(t+15)*a)})}#o(t,e){let{lane:n}=t,{width:i,
r}=this.target,o=S+t.top-e.scroll;this.#p(o,t.height,n.head.name,`${Math.round(n.head.busy*100)}%`),this.#c(x*r,o*r,i-x*
r,t.height*r,()=>{this.#h(t,S+t.rows-e.scroll,e),this.#m(n,o,e)})}#h({lane:t,depths:e},n,i){let{context:r,width:o,r:a}=this.
target,l=p=>Math.round((n+p*17)*a),h=Math.round(16*a),{longest:u,names:d}=this.#b(e*o),{time:m,value:c,name:b,depth:f}=t.
spans.columns,v=[];for(let p=t.spans.added-1;p>=t.spans.first;p-=1){let g=t.spans.at(p),A=m[g]+c[g];if(A<i.window[0])break;
if(f[g]>=e||m[g]>i.window[1])continue;let M=Math.max(Math.floor(this.#s(m[g],i)),0),y=Math.min(Math.max(Math.ceil(this.#s(
A,i)),M+1),o);if(y-M>=Ct)v.push([b[g],f[g],M,y,!1]);else for(let L=f[g]*o+M;L<f[g]*o+y;L+=1)c[g]<=u[L]||(u[L]=c[g],d[L]=
b[g])}for(let p of t.open){if(p.depth>=e||p.start>i.window[1])continue;let g=Math.floor(this.#s(p.start,i));v.push([p.name,
p.depth,g,Math.max(Math.ceil(this.#s(i.store.now,i)),g+1),!0])}for(let p=0;p<e*o;p+=1)u[p]<0||(r.fillStyle=this.#u(i.store,
d[p]).fill,r.fillRect(p%o,l(Math.floor(p/o)),1,h));let O=x*a-2;for(let[p,g,A,M,y]of v)this.#d(i.store,p,Math.max(A,O),Math.
min(M,o+2),l(g),h,y)}#b(t){return this.#a.length<t&&(this.#a=new Float64Array(t),this.#i=new Int32Array(t)),this.#a.fill(
-1,0,t),{longest:this.#a,names:this.#i}}#d(t,e,n,i,r,o,a){if(i<=n)return;let{context:l,r:h}=this.target,u=this.#u(t,e);if(l.
fillStyle=u.fill,l.fillRect(n,r,i-n,o),l.fillStyle=u.edge,i-n>4*h&&l.fillRect(n,r,Math.max(Math.round(h/2),1),o),a&&i-n>
4*h&&ct(this.target,this.#t.paper,n,i,r,o),i-n<$t*h)return;l.font=`${11*h}px ${H}`,l.fillStyle=u.label;let d=k(t.nameOf(
e)),m=i-n-7*h;l.fillText(nt(l,d,l.measureText(d).width,m),n+4*h,r+o/2+h/2)}#u(t,e){let n=t.nameOf(e),i=this.#e.get(n);return i===
void 0&&(i=rt(n),this.#e.set(n,i)),this.#n[i]}#m({instants:t},e,n){let{context:i,r}=this.target;i.fillStyle=this.#t.mark;
let o=-1;for(let a=t.added-1;a>=t.first;a-=1){let l=t.columns.time[t.at(a)];if(l<n.window[0])break;let h=Math.round(this.#s(
l,n));h!==o&&(o=h,i.beginPath(),i.moveTo(h-3*r,(e+2)*r),i.lineTo(h+3*r,(e+2)*r),i.lineTo(h,(e+8)*r),i.fill())}}#v(t,e){let{
width:n,r:i}=this.target,{rows:r}=t,o=S+t.top-e.scroll,a=r.columns.value[r.at(r.added-1)];this.#p(o,t.height,e.store.nameOf(
t.name),T(a)),this.#c(x*i,o*i,n-x*i,t.height*i,()=>this.#f(r,o+4,t.height-6,e,this.#u(e.store,t.name).fill))}#f(t,e,n,i,r){
let{context:o,r:a}=this.target,{time:l,value:h}=t.columns,u=t.added-1;for(;u>t.first&&l[t.at(u)]>i.window[0];)u-=1;let[d,
m]=[Number.POSITIVE_INFINITY,Number.NEGATIVE_INFINITY];for(let y=u;y<t.added;y+=1)d=Math.min(d,h[t.at(y)]),m=Math.max(m,
h[t.at(y)]);d===m&&(d=Math.min(d-1,0));let c=y=>(e+n-(y-d)/(m-d)*n)*a,b=new Path2D,[f,v]=[this.#s(l[t.at(u)],i),c(h[t.at(
u)])],O=f,[p,g]=[v,v],A=()=>{p<v&&b.lineTo(f,p),g>v&&b.lineTo(f,g),b.lineTo(f,v)};b.moveTo(f,v);for(let y=u+1;y<t.added;y+=
1){let L=t.at(y),G=this.#s(l[L],i);Math.floor(G)!==Math.floor(f)&&(A(),b.lineTo(G,v),[p,g]=[Number.POSITIVE_INFINITY,Number.
NEGATIVE_INFINITY],f=G),v=c(h[L]),p=Math.min(p,v),g=Math.max(g,v)}A(),f=this.#s(i.store.now,i),b.lineTo(f,v);let M=new Path2D(
b);M.lineTo(f,(e+n)*a),M.lineTo(O,(e+n)*a),o.globalAlpha=.25,o.fillStyle=r,o.fill(M),o.globalAlpha=1,o.strokeStyle=r,o.lineWidth=
1.2*a,o.stroke(b)}#r(t){let{context:e,width:n,height:i,r}=this.target;e.font=`${11*r}px ${H}`,this.#c(x*r,0,n,i,()=>{for(let[
o,a]of t.marks){let l=Math.round(this.#s(o,t)),h=e.measureText(a).width+6*r;e.fillStyle=this.#t.mark,e.fillRect(l,0,Math.
max(r,1),i),e.fillRect(l,2*r,h,(S-5)*r),e.fillStyle=this.#t.paper,e.fillText(a,l+3*r,S/2*r)}})}};function dt(s,t,e,n,i){let r=t.series.find(({top:l,height:h})=>n>=l&&n<l+h);if(r){let l=Bt(r.rows,e);return l<0?null:[k(
s.nameOf(r.name)),T(r.rows.columns.value[l])]}let o=t.lanes.find(({top:l,height:h})=>n>=l&&n<l+h);if(!o)return null;let a=Math.
floor((n-o.rows)/17);return a<0?_t(s,o.lane,e,i):Dt(s,o.lane,a,e,i)}function Dt(s,t,e,n,i){let r=t.open.find(m=>m.depth===
e&&m.start<=n+i);if(r&&n<=s.now)return Q(s,r.name,`open for ${E(s.now-r.start)}`,r.start);let{spans:o}=t,{time:a,value:l,
name:h,depth:u}=o.columns,d=-1;for(let m=o.added-1;m>=o.first;m-=1){let c=o.at(m);if(a[c]+l[c]<n-i)break;u[c]!==e||a[c]>
n+i||(d<0||l[c]>l[d])&&(d=c)}return d<0?null:Q(s,h[d],E(l[d]),a[d])}function _t(s,{instants:t},e,n){let i=4*n;for(let r=t.
added-1;r>=t.first;r-=1){let o=t.at(r);if(t.columns.time[o]<e-i)break;if(t.columns.time[o]<=e+i)return Q(s,t.columns.name[o],
"instant",t.columns.time[o])}return null}function Q(s,t,e,n){return[k(s.nameOf(t)),`${e}, at ${st(n)}`]}function Bt(s,t){
for(let e=s.added-1;e>=s.first;e-=1)if(s.columns.time[s.at(e)]<=t)return s.at(e);return-1}var B=class{constructor(t,e){this.store=t;this.seconds=e}store;seconds;paused=null;shown(t){if(this.paused)return this.paused;
let e=this.seconds*1e9,n=e/Math.max(t,1),i=Math.max(Math.ceil(this.store.now/n)*n,e);return[i-e,i]}pause(t){this.paused??=
this.shown(t)}resume(){this.paused=null}zoom(t,e,n){let[i,r]=this.shown(n),o=i+e*(r-i),a=Math.min(Math.max((r-i)*t,1e3),
this.longest);this.#t(o-e*a,a)}pan(t,e){let[n,i]=this.shown(e);this.#t(n+t*(i-n),i-n)}stepFrame(t,e){let{frames:n}=this.
store,[i,r]=this.shown(e),o=Ft(n,(i+r)/2),a=this.paused?o+t:n.added-1;if(a<n.first||a>=n.added)return;let l=n.at(a),[h,u]=[
n.columns.time[l],n.columns.value[l]];this.#t(h-.15*u,u*(1+2*.15))}get longest(){return Math.max(this.store.now,this.seconds*
1e9)}#t(t,e){let n=Math.max(this.store.now-.85*e,0),i=Math.min(Math.max(t,0),n);this.paused=[i,i+e]}};function Ft(s,t){let e=s.
first,n=s.added;for(;e<n;){let i=e+n>>1;s.columns.time[s.at(i)]<=t?e=i+1:n=i}return e-1}function w(s,t={},...e){let n=document.createElement(s);for(let[i,r]of Object.entries(t))typeof r=="function"?n.addEventListener(
i,r):r!==null&&r!==!1&&r!==void 0&&n.setAttribute(i,String(r));return n.append(...e),n}var Wt=/^[a-z][a-z ]*$/i;function J(s,t,{
text:e=s,...n}={}){let i=Wt.test(e)&&!s.toLowerCase().includes(e.toLowerCase())?`${e}: ${s}`:s;return w("button",{type:"\
button",title:s,"aria-label":i,click:t,...n},e)}function ut(s,t){let e;return()=>{clearTimeout(e),e=setTimeout(s,t)}}var Ut=6e10,F=1e9/60,Gt=38,zt=220,jt=new Set(["overwritten","missed","cost"]),W=class{constructor(t){this.store=t}store;element=w(
"div",{class:"aero-live-numbers"});#t=new I(w("canvas",{class:"aero-live-line",role:"img"}));#n=new Map;update(t,e){let{
numbers:n}=this.store;if(!n)return;let i=new Set,r=(o,a,l,h=!1)=>{i.add(o),this.#a(o,a,l,h)};this.#e(n,r);for(let{name:o,
value:a,rate:l}of n.counters)r(`counter ${o}`,T(a,l?"/s":""),k(o,32));n.overwritten&&r("overwritten",R(n.overwritten),"r\
ecords left the rings",!0),n.missed&&r("missed",R(n.missed),"not shown here"),r("cost",`${(n.cpu*100).toFixed(1)}%`,`of \
a core for this view, ${T(n.bytes_per_s,"B/s")}`);for(let[o,{tile:a}]of this.#n)i.has(o)||(a.remove(),this.#n.delete(o));
this.element.append(...[...this.#n.entries()].filter(([o])=>jt.has(o)).map(([,{tile:o}])=>o)),this.#i(t,e)}#e(t,e){if(t.
fps===null)return;e("fps",t.fps<10?t.fps.toFixed(1):R(t.fps),"frames a second"),this.#t.element.parentElement||this.element.
append(this.#t.element),e("ms",t.frame_ms===null?"none":`${T(t.frame_ms)} ms`,"a frame, last second"),e("low",t.low===null?
"?":T(t.low),"1% low, last minute");let n=t.frames?100*t.late/t.frames:0;e("late",`${R(t.late)}`,`late of ${R(t.frames)}\
 (${n.toFixed(0)}%)`)}#a(t,e,n,i){let r=this.#n.get(t);if(!r){let[o,a]=[w("b"),w("span")];r={tile:w("div",{class:"aero-l\
ive-number","data-number":t},o,a),value:o,label:a},this.#n.set(t,r),this.element.append(r.tile)}r.tile.classList.toggle(
"aero-live-bad",i),r.value.textContent!==e&&(r.value.textContent=e),r.label.textContent!==n&&(r.label.textContent=n)}#i(t,e){
let{frames:n,now:i}=this.store;if(!n.added)return;this.#t.resize(zt,Gt,e);let{context:r,width:o,height:a,r:l}=this.#t,h=new Float64Array(
o),u=2*F,d=6*F;for(let c=n.added-1;c>=n.first;c-=1){let b=n.at(c),[f,v]=[n.columns.time[b],n.columns.value[b]],O=Math.floor(
(1-(i-f)/Ut)*o);if(O<0)break;h[O]=Math.max(h[O],v),u=Math.min(Math.max(u,v),d)}r.clearRect(0,0,o,a),r.fillStyle=t.band,r.
fillRect(0,0,o,a),h.forEach((c,b)=>{let f=Math.min(c/u,1)*a;r.fillStyle=c>1.1*F?"#c0300c":t.faint,c&&r.fillRect(b,a-f,1,
f)}),r.fillStyle=t.mark,r.fillRect(0,Math.round(a*(1-F/u)),o,Math.max(Math.round(l/2),1));let m=T(u/1e6);this.#t.element.
title=`frame times of the last minute, to ${m} ms; the line is 1/60 s`,this.#t.element.setAttribute("aria-label",this.#t.
element.title)}};var mt=`.aero-live {
  --paper: #ffffff;
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
`;var Vt=50,ft=["load","transitionend"],Yt=127;function Xt(s){for(let t=s;t;t=t.parentElement??Zt(t)){let[e,n,i,r]=qt(getComputedStyle(
t).backgroundColor);if(r>Yt)return[e,n,i]}return[255,255,255]}function qt(s){let t=new OffscreenCanvas(1,1).getContext("\
2d");return t?(t.fillStyle=s,t.fillRect(0,0,1,1),t.getImageData(0,0,1,1).data):new Uint8ClampedArray(4)}function Zt(s){let t=s.
getRootNode();return t instanceof ShadowRoot?t.host:null}function pt(s){let[t,e,n]=Xt(s);return .299*t+.587*e+.114*n<128}
function bt(s){let t=new MutationObserver(s),e=["class","style","data-jp-theme-name","data-theme"];for(let r of[document.
documentElement,document.body])t.observe(r,{attributes:!0,attributeFilter:e});let n=matchMedia("(prefers-color-scheme: d\
ark)"),i=ut(s,Vt);n.addEventListener("change",i);for(let r of ft)document.addEventListener(r,i,!0);return()=>{t.disconnect(),
n.removeEventListener("change",i);for(let r of ft)document.removeEventListener(r,i,!0)}}var gt="aero-nb-live-style",vt=3e3,wt=.7,Qt=420,xt="Space: pause or go on · Ctrl+wheel, W, S: zoom · drag, A, D: move · \
← →: from frame to frame · M: mark this moment",U=class{#t;#n;#e;#a;#i;#s=w("div",{class:"aero-live-state",role:"st\
atus"});#c;#l=w("div",{class:"aero-live-scroller"});#p=w("div");#o=new I(w("canvas",{role:"img","aria-label":"the spans \
of the last seconds"}),{alpha:!1});#h=w("div",{class:"aero-live-tip",role:"tooltip",hidden:!0});#b;#d={lanes:[],series:[],
height:0};#u=null;#m=0;#v=!0;frames=0;#f=[];constructor(t,e,n){this.#i=t,this.#n=e,this.#t=n,this.#e=new B(n,Number(e.get(
"seconds"))),this.#a=new W(n),this.#b=new _(this.#o),this.#c=J("pause (Space)",()=>this.#y(),{text:"Pause"});let i=J("ma\
rk this moment (M)",()=>this.#S(),{text:"Mark"}),r=w("span",{title:xt,"aria-label":xt,role:"note"},"?"),o=w("div",{class:"\
aero-live-head"},this.#s,this.#c,i,r);this.#l.append(this.#o.element,this.#p),t.classList.add("aero-live"),t.setAttribute(
"tabindex","0"),t.setAttribute("role","application"),t.setAttribute("aria-label","live view of a recording"),t.dataset.lmSuppressShortcuts=
"true",t.replaceChildren(o,this.#a.element,this.#l,this.#h),this.#k(),this.changed()}changed(){this.#m||!this.#v||(this.#m=
requestAnimationFrame(()=>{this.#m=0,this.#L()}))}get inSight(){return this.#e.shown(this.#r)}get marked(){return this.#x.
length}stop(){for(let t of this.#f)t();cancelAnimationFrame(this.#m)}get#r(){return Math.max(this.#o.width-x*this.#o.r,1)}#L(){
let t=devicePixelRatio,e=pt(this.#i.parentElement??this.#i),n=e?$.dark:$.light;for(let[a,l]of Object.entries(n))this.#i.
style.setProperty(`--${a}`,l);this.#i.style.setProperty("--bad",e?"#ff7b72":"#c0300c"),this.#b.setTheme(n),(!this.#e.paused||
!this.#d.height)&&(this.#d=at(this.#t));let i=S+Math.max(this.#d.height,40),r=Math.max(Qt,Number(this.#n.get("tallest")??
0)),o=Math.min(i,r);this.#l.style.maxHeight=`${r}px`,this.#o.element.style.height=`${o}px`,this.#p.style.height=`${i-o}p\
x`,this.#o.resize(this.#l.clientWidth,o,t),this.#b.paint({store:this.#t,layout:this.#d,window:this.#e.shown(this.#r),scroll:this.#l.
scrollTop,marks:[...this.#t.marks,...this.#x]}),this.#a.update(n,t),this.#E(),this.#T(),this.frames+=1}#E(){let{now:t,numbers:e,
ended:n,heard:i}=this.#t,r=performance.now()-i,[o,a]=this.#e.shown(this.#r),[l,h]=["recording",`for ${E(t)}`];(!e||!this.#t.
lanes.length)&&([l,h]=["waiting","for the first records"]),e&&r>vt&&([l,h]=["no news",`for ${E(r*1e6)}; ${h} until then`]),
n!==null&&([l,h]=["ended",n]),this.#e.paused&&([l,h]=["paused",`at ${E(a-o)} from ${E(o)} on; the recording goes on`]),this.#s.
replaceChildren(w("b",{},l),` ${h}`),this.#c.textContent=this.#e.paused?"Go on":"Pause"}#k(){let t=(o,a,l,h)=>{o.addEventListener(
a,l,h),this.#f.push(()=>o.removeEventListener(a,l,h))},{element:e}=this.#o;t(this.#i,"keydown",o=>this.#O(o)),t(e,"wheel",
o=>this.#A(o),{passive:!1}),t(e,"pointerdown",o=>this.#N(o)),t(e,"pointermove",o=>this.#M(o)),t(e,"pointerleave",()=>this.#M(
null)),t(this.#l,"scroll",()=>this.changed()),this.#f.push(bt(()=>this.changed()));let n=new ResizeObserver(()=>this.changed());
n.observe(this.#i);let i=new IntersectionObserver(([o])=>{this.#v=o.isIntersecting,this.changed()});i.observe(this.#i);let r=setInterval(
()=>this.changed(),1e3);this.#f.push(()=>n.disconnect(),()=>i.disconnect(),()=>clearInterval(r))}#O(t){if(t.ctrlKey||t.metaKey||
t.altKey)return;let e=t.target.closest("button")!==null,i={" ":()=>this.#y(),w:()=>this.#e.zoom(wt,.5,this.#r),s:()=>this.#e.
zoom(1/wt,.5,this.#r),a:()=>this.#e.pan(-.2,this.#r),d:()=>this.#e.pan(.2,this.#r),ArrowLeft:()=>this.#e.stepFrame(-1,this.#r),
ArrowRight:()=>this.#e.stepFrame(1,this.#r),m:()=>this.#S()}[t.key.length===1?t.key.toLowerCase():t.key];!i||e&&t.key===
" "||(t.preventDefault(),t.stopPropagation(),i(),this.#g())}#y(){this.#e.paused?this.#e.resume():this.#e.pause(this.#r),
this.#g()}#A(t){t.ctrlKey&&(t.preventDefault(),this.#e.zoom(1.002**t.deltaY,this.#w(t),this.#r),this.#g())}#N(t){if(t.button!==
0)return;let{element:e}=this.#o;e.setPointerCapture(t.pointerId);let n=this.#w(t),i=r=>{this.#e.pan(n-this.#w(r),this.#r),
n=this.#w(r),this.#g()};e.addEventListener("pointermove",i),e.addEventListener("lostpointercapture",()=>e.removeEventListener(
"pointermove",i),{once:!0})}#w(t){let e=this.#o.element.getBoundingClientRect();return Math.min(Math.max((t.clientX-e.left-
x)/Math.max(e.width-x,1),0),1)}#g(){this.#n.set("window",this.#e.paused),this.#n.save_changes(),this.changed()}get#x(){return this.#n.
get("marks")??[]}#S(){let[t,e]=this.#e.shown(this.#r),n=Math.min(performance.now()-this.#t.heard,vt)*1e6,i=this.#e.paused?
(t+e)/2:this.#t.now+n;this.#n.set("marks",[...this.#x,[i,`mark ${this.#x.length+1}`]]),this.#g()}#M(t){let e=this.#o.element.
getBoundingClientRect();this.#u=t&&{x:t.clientX-e.left,y:t.clientY-e.top},this.#T()}#T(){let t=this.#u,e=t&&t.x>x&&t.y>S?
this.#R(t.x,t.y):null;if(this.#h.hidden=!e,!t||!e)return;this.#h.replaceChildren(w("b",{},e[0]),w("div",{},e[1]));let{offsetLeft:n,
offsetTop:i}=this.#l,r=this.#i.clientWidth-this.#h.offsetWidth-4,o=i+t.y+16,a=o+this.#h.offsetHeight<this.#i.clientHeight;
this.#h.style.left=`${Math.max(Math.min(n+t.x+12,r),0)}px`,this.#h.style.top=`${a?o:Math.max(i+t.y-this.#h.offsetHeight-
10,0)}px`}#R(t,e){let[n,i]=this.#e.shown(this.#r),r=(i-n)/Math.max(this.#o.width/this.#o.r-x,1),o=n+(t-x)*r;return dt(this.#t,
this.#d,o,e-S+this.#l.scrollTop,r)}};function yt(s){let t=s instanceof Document?s.head:s;t.querySelector(`#${gt}`)||t.append(
w("style",{id:gt},mt))}var tt=new Map;function St(s){let t=s.get("_key"),e=tt.get(t)??{store:new P,views:new Set};return tt.set(t,e),e}function Jt({
model:s}){let{store:t,views:e}=St(s);t.heard=performance.now();let n=(r,o)=>{"ended"in r?t.ended=r.ended:t.take(r,o[0]),
t.heard=performance.now();for(let a of e)a.changed()},i=()=>{for(let r of e)r.changed()};return s.on("msg:custom",n),s.on(
"change:marks",i),()=>{s.off("msg:custom",n),s.off("change:marks",i),tt.delete(s.get("_key"))}}function te({model:s,el:t}){
let{store:e,views:n}=St(s),i=document.createElement("div");t.append(i),yt(i.getRootNode());let r=new U(i,s,e);return Object.
assign(i,{aeroLive:r,aeroLiveStore:e}),n.add(r),()=>{n.delete(r),r.stop()}}var Xe={initialize:Jt,render:te};export{Xe as default};
