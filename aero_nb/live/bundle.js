/* aero_nb: built by front/build.js; sources sha256 e1b787430bf62753510cd089f066ac89c992edf2ca1ba08a73cfa676f39165b4 */
var k=class s{constructor(t){this.columns=t}columns;static KEPT=65536;added=0;#t=256;static of(){return new s({time:new Float64Array(
256),value:new Float64Array(256),name:new Uint32Array(256),depth:new Uint8Array(256)})}get first(){return Math.max(0,this.
added-this.#t)}at(t){return t&this.#t-1}add(){return this.added===this.#t&&this.#t<s.KEPT&&this.#n(),this.added+=1,this.
at(this.added-1)}#n(){this.#t*=2;for(let[t,e]of Object.entries(this.columns)){let n=new e.constructor(this.#t);n.set(e),
Object.assign(this.columns,{[t]:n})}}},W=class{head={name:"",source:"",busy:0,missed:0};spans=k.of();instants=k.of();series=new Map;open=[];depth=0},
C=class{lanes=[];names=[];frames=k.of();now=0;numbers=null;ended=null;marks=[];heard=0;#t=-1;take(t,e){t.recording!==this.#t&&
this.#n(t.recording),this.names.length=Math.max(this.names.length,t.first),this.names.splice(t.first,t.names.length,...t.
names),t.lanes.forEach((n,i)=>{this.lanes[i]??=new W,this.lanes[i].head=n,this.lanes[i].open=[]});for(let[n,i,r,o]of t.open)
this.#e(n,r).open.push({name:i,depth:r,start:o});this.#a(t.counts,e),this.now=t.now,this.numbers=t.numbers,this.marks=t.
marks}nameOf(t){return this.names[t]??"…"}#n(t){this.#t=t,this.lanes=[],this.names=[],this.frames=k.of()}#e(t,e){let n=this.
lanes[t];return n.depth=Math.max(n.depth,e+1),n}#a([t,e,n,i],r){let o=r.buffer.slice(r.byteOffset,r.byteOffset+r.byteLength),
a=0,l=(c,g,p)=>{let y=new c(o,a,p);return a+=g*p,y},h=[t,t,e,n,n,i,i].map(c=>l(Float64Array,8,c)),u=[t,e,n].map(c=>l(Uint32Array,
4,c)),d=[t,e,n].map(c=>l(Uint16Array,2,c)),m=l(Uint8Array,1,t);for(let c=0;c<t;c+=1){let g=this.#e(d[0][c],m[c]).spans;P(
g,h[0][c],h[1][c],u[0][c],m[c])}for(let c=0;c<e;c+=1)P(this.lanes[d[1][c]].instants,h[2][c],0,u[1][c],0);for(let c=0;c<n;c+=
1){let{series:g}=this.lanes[d[2][c]],p=g.get(u[2][c])??k.of();g.set(u[2][c],p),P(p,h[3][c],h[4][c],u[2][c],0)}for(let c=0;c<
i;c+=1)P(this.frames,h[5][c],h[6][c],0,0)}};function P(s,t,e,n,i){let r=s.add(),{columns:o}=s;o.time[r]=t,o.value[r]=e,o.
name[r]=n,o.depth[r]=i}var O="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",H=class{constructor(t,e={}){this.
element=t;let n=t.getContext("2d",e);if(!n)throw new Error("this browser draws no canvas");this.context=n}element;context;r=1;get width(){
return this.element.width}get height(){return this.element.height}resize(t,e,n){let[i,r]=[Math.max(Math.round(t*n),1),Math.
max(Math.round(e*n),1)],o=this.width!==i||this.height!==r||this.r!==n;return this.r=n,o&&Object.assign(this.element,{width:i,
height:r}),o}};function J(s,t,e,n){if(e<=n)return t;let i=Array.from(t),r=a=>`${i.slice(0,a).join("")}…`,o=Math.floor(
i.length*n/e);for(;o>=2&&s.measureText(r(o)).width>n;)o-=1;return o>=2?r(o):""}var K=["#546c3c","#849c54","#a83c78","#b46c0c","#246c90","#189060","#c0300c","#6c78a8","#9c48c0","#e46c90","#a884c0","#3\
084f0"];var xt=new TextEncoder;function et(s){let t=2166136261;for(let e of xt.encode(s.slice(0,512)).subarray(0,256))(e<48||e>57)&&
(t=Math.imul(t^e,16777619));return(Math.imul(t,3273)>>>16)%K.length}function z(s){return[1,3,5].map(t=>Number.parseInt(s.
slice(t,t+2),16))}function wt(s){let[t,e,n]=z(s).map(i=>i/255).map(i=>i<=.04045?i/12.92:((i+.055)/1.055)**2.4);return .2126*
t+.7152*e+.0722*n}function yt(s){let t=wt(s)+.05;return 1.05/t>=t/.05?"#ffffff":"#000000"}function tt(s,t,e){let n=z(t);
return`#${z(s).map((r,o)=>Math.round(r*e+n[o]*(1-e))).map(r=>r.toString(16).padStart(2,"0")).join("")}`}function nt(s,t){
return s.map(e=>({fill:e,label:yt(e),edge:tt(e,t,.6),faded:tt(e,t,.22)}))}var I={light:{paper:"#ffffff",ink:"#1f2328",faint:"\
#59636e",line:"#d8dee4",grid:"#eceff2",lost:"#8c959f",band:"#f6f8fa",mark:"#0550ae",select:"#0550ae",shade:"rgba(5,80,17\
4,0.12)"},dark:{paper:"#111111",ink:"#e6edf3",faint:"#a8b1bb",line:"#3d444d",grid:"#23272d",lost:"#6e7681",band:"#1a1d21",
mark:"#79c0ff",select:"#f0f6fc",shade:"rgba(121,192,255,0.18)"}};var j=[[1e3,1,"ns"],[1e6,1e3,"µs"],[1e9,1e6,"ms"],[12e10,1e9,"s"],[72e11,6e10,"min"],[1728e11,36e11,"h"],[Number.POSITIVE_INFINITY,
864e11,"d"]],Mt=j[j.length-1];function V(s){return j.find(([t])=>s<t)??Mt}function Y(s){let[t,e]=Math.abs(s).toExponential(
20).split("e"),n=t.replace(".",""),i=n.slice(3),r="5".padEnd(i.length,"0"),o=Number(n.slice(0,3)),a=i>r||i===r&&o%2===1;
return+`${o+(a?1:0)}e${Number(e)-2}`}function rt(s){let t=Y(s);if(t===0)return"0";let e=Math.max(0,2-Math.floor(Math.log10(
Math.abs(t))));return t.toFixed(e)}function S(s){if(!Number.isFinite(s))return"?";let t=Y(s),[,e,n]=V(t);return`${s<0&&t?
"-":""}${rt(Math.abs(s)/e)} ${n}`}function A(s){return Math.round(s).toString().replace(/\B(?=(\d{3})+$)/g,",")}var St=[[1e12,"T"],[1e9,"G"],[1e6,"M"],[1e3,"k"]];function M(s,t=""){if(Number.isNaN(s))return"?";if(!Number.isFinite(s))
return s>0?"∞":"-∞";let e=Y(s),[n,i]=St.find(([r])=>e>=r)??[1,""];return`${s<0&&e?"-":""}${rt(Math.abs(s)/n)} ${i}${t}`.
trimEnd()}function it(s){let t=Math.floor(Math.abs(s)/1e3),e=Math.round(Math.abs(s)-t*1e3),n=e?`.${String(e).padStart(3,
"0")}`:"";return`${s<0?"-":""}${A(t)}${n} µs`}var Tt=/(?!\u200d)[\p{Cf}\p{Cs}]/gu,Lt=/[\p{Cc}\p{Zl}\p{Zp}]/gu;function T(s,t=80){let e=String(s).slice(0,2*t+2),n=Array.
from(e);return(n.length>t?`${n.slice(0,t-1).join("")}…`:e).replace(Lt," ").replace(Tt,"�")||"(empty name)"}function ot(s){let t={lanes:[],series:[],height:0};for(let e of s.lanes){if(e.depth||e.instants.added){let n=Math.min(Math.
max(e.depth,1),12),i=t.height+9,r=9+n*17+5;t.lanes.push({lane:e,top:t.height,height:r,rows:i,depths:n}),t.height+=r}for(let[
n,i]of e.series)t.series.push({lane:e,name:n,rows:i,top:t.height,height:34}),t.height+=34}return t}var Et=[1,2,5,10,15,30,60,120,180,360,720,1440,2880,7200,14400],X=6e10,st=864e11,kt=5e3;function At(s,t){let e=s/Math.max(
t,1);if(e>3e10){let r=Et.find(o=>o*X>=e);return X*(r??Math.ceil(e/st)*1440)}let n=10**Math.floor(Math.log10(e)),i=[1,2,5].
find(r=>r*n>=e*.999)??10;return Math.max(i*n,.001)}function at(s,t,e){let n=At(t-s,e),i=Math.max(Math.abs(s),Math.abs(t))/
n>kt,r=i?Math.floor(s/(n*1e3))*n*1e3:0,o=[];for(let d=Math.ceil((s-r)/n);r+d*n<=t;d+=1)o.push(r+d*n);let[,a,l]=V(Math.max(
Math.abs(t-r),n)/1.2),h=Math.max(0,Math.ceil(-Math.log10(n/a)-1e-9)),u=o.map(d=>{let m=(d-r)/a;return`${i?"+":""}${m===0?
"0":m.toFixed(Math.min(h,9))} ${l}`});return{values:o,labels:u,base:i?`${Rt(r)} +`:"",step:n}}function Rt(s){let t=[],e=Math.
abs(s);for(let[i,r]of[[st,"d"],[36e11,"h"],[X,"min"]]){let o=Math.floor(e/i);o&&t.push(`${o} ${r}`),e-=o*i}let n=(e/1e9).
toFixed(9).replace(/\.?0+$/,"");return(n!=="0"||!t.length)&&t.push(`${n} s`),(s<0?"-":"")+t.join(" ")}function lt({context:s,r:t},e,n,i,r,o){let a=Math.min(4*t,(i-n)/2);s.fillStyle=e,s.beginPath();for(let l=r;l<r+o;l+=2*a)
s.moveTo(i,l),s.lineTo(i-a,l+a),s.lineTo(i,l+2*a);s.fill()}var w=20,v=150,Ht=24,Ot=3,It=110,_=class{constructor(t){this.target=t;this.setTheme(I.light)}target;#t=I.light;#n=[];#e=new Map;#a=new Float64Array(
0);#i=new Int32Array(0);setTheme(t){this.#t=t,this.#n=nt(K,t.paper)}#s(t,{window:[e,n]}){let i=v*this.target.r;return i+
(t-e)/(n-e)*(this.target.width-i)}paint(t){let{context:e,width:n,height:i,r}=this.target,o=this.#t;e.fillStyle=o.paper,e.
fillRect(0,0,n,i),e.textBaseline="middle",this.#c(t),this.#h(0,w*r,n,i-w*r,()=>{let a=({top:l,height:h})=>l+h>t.scroll&&
l-t.scroll<i/r-w;for(let l of t.layout.lanes.filter(a))this.#o(l,t);for(let l of t.layout.series.filter(a))this.#v(l,t)}),
this.#r(t)}#h(t,e,n,i,r){let{context:o}=this.target;o.save(),o.beginPath(),o.rect(t,e,n,i),o.clip(),r(),o.restore()}#c(t){
let{context:e,width:n,height:i,r}=this.target,[o,a]=t.window,l=at(o,a,(n/r-v)/It);e.font=`${11*r}px ${O}`,e.textAlign="c\
enter",l.values.forEach((h,u)=>{let d=Math.round(this.#s(h,t));if(h<0&&o<0)return;e.fillStyle=this.#t.grid,e.fillRect(d,
w*r,Math.ceil(r),i);let m=e.measureText(l.labels[u]).width/2;d-m<v*r||d+m>n||(e.fillStyle=this.#t.faint,e.fillText(l.labels[u],
d,w/2*r))}),e.textAlign="left",e.fillStyle=this.#t.faint,l.base&&e.fillText(l.base,4*r,w/2*r)}#p(t,e,n,i){let{context:r,
width:o,r:a}=this.target;r.fillStyle=this.#t.line,r.fillRect(0,Math.round(t*a),o,Math.ceil(a/2)),this.#h(0,t*a,(v-6)*a,e*
a,()=>{r.fillStyle=this.#t.ink,r.font=`${12*a}px ${O}`,r.fillText(T(n,40),4*a,(t+15)*a),r.font=`${11*a}px ${O}`,r.fillStyle=
this.#t.faint;let l=r.measureText(i).width+4*a;r.fillStyle=this.#t.paper,r.fillRect((v-8)*a-l,(t+7)*a,l+2*a,16*a),r.fillStyle=
this.#t.faint,r.fillText(i,(v-6)*a-l+2*a,(t+15)*a)})}#o(t,e){let{lane:n}=t,{width:i,r}=this.target,o=w+t.top-e.scroll;this.#p(
o,t.height,n.head.name,`${Math.round(n.head.busy*100)}%`),this.#h(v*r,o*r,i-v*r,t.height*r,()=>{this.#l(t,w+t.rows-e.scroll,
e),this.#m(n,o,e)})}#l({lane:t,depths:e},n,i){let{context:r,width:o,r:a}=this.target,l=b=>Math.round((n+b*17)*a),h=Math.
round(16*a),{longest:u,names:d}=this.#b(e*o),{time:m,value:c,name:g,depth:p}=t.spans.columns,y=[];for(let b=t.spans.added-
1;b>=t.spans.first;b-=1){let f=t.spans.at(b),E=m[f]+c[f];if(E<i.window[0])break;if(p[f]>=e||m[f]>i.window[1])continue;let R=Math.
max(Math.floor(this.#s(m[f],i)),0),N=Math.min(Math.max(Math.ceil(this.#s(E,i)),R+1),o);if(N-R>=Ot)y.push([g[f],p[f],R,N,
!1]);else for(let $=p[f]*o+R;$<p[f]*o+N;$+=1)c[f]<=u[$]||(u[$]=c[f],d[$]=g[f])}for(let b of t.open){if(b.depth>=e||b.start>
i.window[1])continue;let f=Math.floor(this.#s(b.start,i));y.push([b.name,b.depth,f,Math.max(Math.ceil(this.#s(i.store.now,
i)),f+1),!0])}for(let b=0;b<e*o;b+=1)u[b]<0||(r.fillStyle=this.#u(i.store,d[b]).fill,r.fillRect(b%o,l(Math.floor(b/o)),1,
h));let L=v*a-2;for(let[b,f,E,R,N]of y)this.#d(i.store,b,Math.max(E,L),Math.min(R,o+2),l(f),h,N)}#b(t){return this.#a.length<
t&&(this.#a=new Float64Array(t),this.#i=new Int32Array(t)),this.#a.fill(-1,0,t),{longest:this.#a,names:this.#i}}#d(t,e,n,i,r,o,a){
if(i<=n)return;let{context:l,r:h}=this.target,u=this.#u(t,e);if(l.fillStyle=u.fill,l.fillRect(n,r,i-n,o),l.fillStyle=u.edge,
i-n>4*h&&l.fillRect(n,r,Math.max(Math.round(h/2),1),o),a&&i-n>4*h&&lt(this.target,this.#t.paper,n,i,r,o),i-n<Ht*h)return;
l.font=`${11*h}px ${O}`,l.fillStyle=u.label;let d=T(t.nameOf(e)),m=i-n-7*h;l.fillText(J(l,d,l.measureText(d).width,m),n+
4*h,r+o/2+h/2)}#u(t,e){let n=t.nameOf(e),i=this.#e.get(n);return i===void 0&&(i=et(n),this.#e.set(n,i)),this.#n[i]}#m({instants:t},e,n){
let{context:i,r}=this.target;i.fillStyle=this.#t.mark;let o=-1;for(let a=t.added-1;a>=t.first;a-=1){let l=t.columns.time[t.
at(a)];if(l<n.window[0])break;let h=Math.round(this.#s(l,n));h!==o&&(o=h,i.beginPath(),i.moveTo(h-3*r,(e+2)*r),i.lineTo(
h+3*r,(e+2)*r),i.lineTo(h,(e+8)*r),i.fill())}}#v(t,e){let{width:n,r:i}=this.target,{rows:r}=t,o=w+t.top-e.scroll,a=r.columns.
value[r.at(r.added-1)];this.#p(o,t.height,e.store.nameOf(t.name),M(a)),this.#h(v*i,o*i,n-v*i,t.height*i,()=>this.#f(r,o+
4,t.height-6,e,this.#u(e.store,t.name).fill))}#f(t,e,n,i,r){let{context:o,r:a}=this.target,{time:l,value:h}=t.columns,u=t.
added-1;for(;u>t.first&&l[t.at(u)]>i.window[0];)u-=1;let[d,m]=[Number.POSITIVE_INFINITY,Number.NEGATIVE_INFINITY];for(let f=u;f<
t.added;f+=1)d=Math.min(d,h[t.at(f)]),m=Math.max(m,h[t.at(f)]);d===m&&(d=Math.min(d-1,0));let c=f=>(e+n-(f-d)/(m-d)*n)*a,
g=new Path2D,[p,y]=[this.#s(l[t.at(u)],i),c(h[t.at(u)])],L=p;g.moveTo(p,y);for(let f=u+1;f<t.added;f+=1){let E=t.at(f);p=
this.#s(l[E],i),g.lineTo(p,y),y=c(h[E]),g.lineTo(p,y)}p=this.#s(i.store.now,i),g.lineTo(p,y);let b=new Path2D(g);b.lineTo(
p,(e+n)*a),b.lineTo(L,(e+n)*a),o.globalAlpha=.25,o.fillStyle=r,o.fill(b),o.globalAlpha=1,o.strokeStyle=r,o.lineWidth=1.2*
a,o.stroke(g)}#r(t){let{context:e,width:n,height:i,r}=this.target;e.font=`${11*r}px ${O}`,this.#h(v*r,0,n,i,()=>{for(let[
o,a]of t.marks){let l=Math.round(this.#s(o,t)),h=e.measureText(a).width+6*r;e.fillStyle=this.#t.mark,e.fillRect(l,0,Math.
max(r,1),i),e.fillRect(l,2*r,h,(w-5)*r),e.fillStyle=this.#t.paper,e.fillText(a,l+3*r,w/2*r)}})}};function ht(s,t,e,n,i){let r=t.series.find(({top:l,height:h})=>n>=l&&n<l+h);if(r){let l=Pt(r.rows,e);return l<0?null:[T(
s.nameOf(r.name)),M(r.rows.columns.value[l])]}let o=t.lanes.find(({top:l,height:h})=>n>=l&&n<l+h);if(!o)return null;let a=Math.
floor((n-o.rows)/17);return a<0?$t(s,o.lane,e,i):Nt(s,o.lane,a,e,i)}function Nt(s,t,e,n,i){let r=t.open.find(m=>m.depth===
e&&m.start<=n+i);if(r&&n<=s.now)return q(s,r.name,`open for ${S(s.now-r.start)}`,r.start);let{spans:o}=t,{time:a,value:l,
name:h,depth:u}=o.columns,d=-1;for(let m=o.added-1;m>=o.first;m-=1){let c=o.at(m);if(a[c]+l[c]<n-i)break;u[c]!==e||a[c]>
n+i||(d<0||l[c]>l[d])&&(d=c)}return d<0?null:q(s,h[d],S(l[d]),a[d])}function $t(s,{instants:t},e,n){let i=4*n;for(let r=t.
added-1;r>=t.first;r-=1){let o=t.at(r);if(t.columns.time[o]<e-i)break;if(t.columns.time[o]<=e+i)return q(s,t.columns.name[o],
"instant",t.columns.time[o])}return null}function q(s,t,e,n){return[T(s.nameOf(t)),`${e}, at ${it(n)}`]}function Pt(s,t){
for(let e=s.added-1;e>=s.first;e-=1)if(s.columns.time[s.at(e)]<=t)return s.at(e);return-1}var D=class{constructor(t,e){this.store=t;this.seconds=e}store;seconds;paused=null;shown(t){if(this.paused)return this.paused;
let e=this.seconds*1e9,n=e/Math.max(t,1),i=Math.max(Math.ceil(this.store.now/n)*n,e);return[i-e,i]}pause(t){this.paused??=
this.shown(t)}resume(){this.paused=null}zoom(t,e,n){let[i,r]=this.shown(n),o=i+e*(r-i),a=Math.min(Math.max((r-i)*t,1e3),
this.longest);this.#t(o-e*a,a)}pan(t,e){let[n,i]=this.shown(e);this.#t(n+t*(i-n),i-n)}stepFrame(t,e){let{frames:n}=this.
store,[i,r]=this.shown(e),o=Ct(n,(i+r)/2),a=this.paused?o+t:n.added-1;if(a<n.first||a>=n.added)return;let l=n.at(a),[h,u]=[
n.columns.time[l],n.columns.value[l]];this.#t(h-.15*u,u*(1+2*.15))}get longest(){return Math.max(this.store.now,this.seconds*
1e9)}#t(t,e){let n=Math.max(this.store.now-.85*e,0),i=Math.min(Math.max(t,0),n);this.paused=[i,i+e]}};function Ct(s,t){let e=s.
first,n=s.added;for(;e<n;){let i=e+n>>1;s.columns.time[s.at(i)]<=t?e=i+1:n=i}return e-1}function x(s,t={},...e){let n=document.createElement(s);for(let[i,r]of Object.entries(t))typeof r=="function"?n.addEventListener(
i,r):r!==null&&r!==!1&&r!==void 0&&n.setAttribute(i,String(r));return n.append(...e),n}function Z(s,t,{text:e=s,...n}={}){
return x("button",{type:"button",title:s,"aria-label":s,click:t,...n},e)}var Bt=6e10,F=1e9/60,_t=38,Dt=220,Ft=new Set(["overwritten","missed","cost"]),G=class{constructor(t){this.store=t}store;element=x(
"div",{class:"aero-live-numbers"});#t=new H(x("canvas",{class:"aero-live-line",role:"img"}));#n=new Map;update(t,e){let{
numbers:n}=this.store;if(!n)return;let i=new Set,r=(o,a,l,h=!1)=>{i.add(o),this.#a(o,a,l,h)};this.#e(n,r);for(let{name:o,
value:a,rate:l}of n.counters)r(`counter ${o}`,M(a,l?"/s":""),T(o,32));n.overwritten&&r("overwritten",A(n.overwritten),"r\
ecords left the rings",!0),n.missed&&r("missed",A(n.missed),"not shown here"),r("cost",`${(n.cpu*100).toFixed(1)}%`,`of \
a core for this view, ${M(n.bytes_per_s,"B/s")}`);for(let[o,{tile:a}]of this.#n)i.has(o)||(a.remove(),this.#n.delete(o));
this.element.append(...[...this.#n.entries()].filter(([o])=>Ft.has(o)).map(([,{tile:o}])=>o)),this.#i(t,e)}#e(t,e){if(t.
fps===null)return;e("fps",t.fps<10?t.fps.toFixed(1):A(t.fps),"frames a second"),this.#t.element.parentElement||this.element.
append(this.#t.element),e("ms",t.frame_ms===null?"none":`${M(t.frame_ms)} ms`,"a frame, last second"),e("low",t.low===null?
"?":M(t.low),"1% low, last minute");let n=t.frames?100*t.late/t.frames:0;e("late",`${A(t.late)}`,`late of ${A(t.frames)}\
 (${n.toFixed(0)}%)`)}#a(t,e,n,i){let r=this.#n.get(t);if(!r){let[o,a]=[x("b"),x("span")];r={tile:x("div",{class:"aero-l\
ive-number","data-number":t},o,a),value:o,label:a},this.#n.set(t,r),this.element.append(r.tile)}r.tile.classList.toggle(
"aero-live-bad",i),r.value.textContent!==e&&(r.value.textContent=e),r.label.textContent!==n&&(r.label.textContent=n)}#i(t,e){
let{frames:n,now:i}=this.store;if(!n.added)return;this.#t.resize(Dt,_t,e);let{context:r,width:o,height:a,r:l}=this.#t,h=new Float64Array(
o),u=2*F,d=6*F;for(let c=n.added-1;c>=n.first;c-=1){let g=n.at(c),[p,y]=[n.columns.time[g],n.columns.value[g]],L=Math.floor(
(1-(i-p)/Bt)*o);if(L<0)break;h[L]=Math.max(h[L],y),u=Math.min(Math.max(u,y),d)}r.clearRect(0,0,o,a),r.fillStyle=t.band,r.
fillRect(0,0,o,a),h.forEach((c,g)=>{let p=Math.min(c/u,1)*a;r.fillStyle=c>1.1*F?"#c0300c":t.faint,c&&r.fillRect(g,a-p,1,
p)}),r.fillStyle=t.mark,r.fillRect(0,Math.round(a*(1-F/u)),o,Math.max(Math.round(l/2),1));let m=M(u/1e6);this.#t.element.
title=`frame times of the last minute, to ${m} ms; the line is 1/60 s`,this.#t.element.setAttribute("aria-label",this.#t.
element.title)}};var ct=`.aero-live {
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
  max-height: 420px;
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
`;function Ut(s){for(let t=s;t;t=t.parentElement??zt(t)){let[e,n,i,r]=Wt(getComputedStyle(t).backgroundColor);if(r>127)return[
e,n,i]}return[255,255,255]}function Wt(s){let t=new OffscreenCanvas(1,1).getContext("2d");return t?(t.fillStyle=s,t.fillRect(
0,0,1,1),t.getImageData(0,0,1,1).data):new Uint8ClampedArray(4)}function zt(s){let t=s.getRootNode();return t instanceof
ShadowRoot?t.host:null}function dt(s){let[t,e,n]=Ut(s);return .299*t+.587*e+.114*n<128}function ut(s){let t=new MutationObserver(
s),e=["class","style","data-jp-theme-name","data-theme"];for(let r of[document.documentElement,document.body])t.observe(
r,{attributes:!0,attributeFilter:e});let n=matchMedia("(prefers-color-scheme: dark)"),i=()=>setTimeout(s,50);return n.addEventListener(
"change",i),()=>{t.disconnect(),n.removeEventListener("change",i)}}var mt="aero-nb-live-style",ft=3e3,pt=.7,Kt=420,bt="Space: pause or go on · Ctrl+wheel, W, S: zoom · drag, A, D: move · \
← →: from frame to frame · M: mark this moment",U=class{#t;#n;#e;#a;#i;#s=x("div",{class:"aero-live-state",role:"st\
atus"});#h;#c=x("div",{class:"aero-live-scroller"});#p=x("div");#o=new H(x("canvas",{role:"img","aria-label":"the spans \
of the last seconds"}),{alpha:!1});#l=x("div",{class:"aero-live-tip",role:"tooltip",hidden:!0});#b;#d={lanes:[],series:[],
height:0};#u=null;#m=0;#v=!0;frames=0;#f=[];constructor(t,e,n){this.#i=t,this.#n=e,this.#t=n,this.#e=new D(n,Number(e.get(
"seconds"))),this.#a=new G(n),this.#b=new _(this.#o),this.#h=Z("pause (Space)",()=>this.#y(),{text:"Pause"});let i=Z("ma\
rk this moment (M)",()=>this.#M(),{text:"Mark"}),r=x("span",{title:bt,"aria-label":bt,role:"note"},"?"),o=x("div",{class:"\
aero-live-head"},this.#s,this.#h,i,r);this.#c.append(this.#o.element,this.#p),t.classList.add("aero-live"),t.setAttribute(
"tabindex","0"),t.setAttribute("role","application"),t.setAttribute("aria-label","live view of a recording"),t.dataset.lmSuppressShortcuts=
"true",t.replaceChildren(o,this.#a.element,this.#c,this.#l),this.#k(),this.changed()}changed(){this.#m||!this.#v||(this.#m=
requestAnimationFrame(()=>{this.#m=0,this.#L()}))}get inSight(){return this.#e.shown(this.#r)}get marked(){return this.#w.
length}stop(){for(let t of this.#f)t();cancelAnimationFrame(this.#m)}get#r(){return Math.max(this.#o.width-v*this.#o.r,1)}#L(){
let t=devicePixelRatio,e=dt(this.#i.parentElement??this.#i),n=e?I.dark:I.light;for(let[o,a]of Object.entries(n))this.#i.
style.setProperty(`--${o}`,a);this.#i.style.setProperty("--bad",e?"#ff7b72":"#c0300c"),this.#b.setTheme(n),(!this.#e.paused||
!this.#d.height)&&(this.#d=ot(this.#t));let i=w+Math.max(this.#d.height,40),r=Math.min(i,Kt);this.#o.element.style.height=
`${r}px`,this.#p.style.height=`${i-r}px`,this.#o.resize(this.#c.clientWidth,r,t),this.#b.paint({store:this.#t,layout:this.#d,
window:this.#e.shown(this.#r),scroll:this.#c.scrollTop,marks:[...this.#t.marks,...this.#w]}),this.#a.update(n,t),this.#E(),
this.#T(),this.frames+=1}#E(){let{now:t,numbers:e,ended:n,heard:i}=this.#t,r=performance.now()-i,[o,a]=this.#e.shown(this.#r),
[l,h]=["recording",`for ${S(t)}`];e||([l,h]=["waiting","for the first records"]),e&&r>ft&&([l,h]=["no news",`for ${S(r*1e6)}\
; ${h} until then`]),n!==null&&([l,h]=["ended",n]),this.#e.paused&&([l,h]=["paused",`at ${S(a-o)} from ${S(o)} on; the r\
ecording goes on`]),this.#s.replaceChildren(x("b",{},l),` ${h}`),this.#h.textContent=this.#e.paused?"Go on":"Pause"}#k(){
let t=(o,a,l,h)=>{o.addEventListener(a,l,h),this.#f.push(()=>o.removeEventListener(a,l,h))},{element:e}=this.#o;t(this.#i,
"keydown",o=>this.#A(o)),t(e,"wheel",o=>this.#R(o),{passive:!1}),t(e,"pointerdown",o=>this.#H(o)),t(e,"pointermove",o=>this.#S(
o)),t(e,"pointerleave",()=>this.#S(null)),t(this.#c,"scroll",()=>this.changed()),this.#f.push(ut(()=>this.changed()));let n=new ResizeObserver(
()=>this.changed());n.observe(this.#i);let i=new IntersectionObserver(([o])=>{this.#v=o.isIntersecting,this.changed()});
i.observe(this.#i);let r=setInterval(()=>this.changed(),1e3);this.#f.push(()=>n.disconnect(),()=>i.disconnect(),()=>clearInterval(
r))}#A(t){if(t.ctrlKey||t.metaKey||t.altKey)return;let e=t.target.closest("button")!==null,i={" ":()=>this.#y(),w:()=>this.#e.
zoom(pt,.5,this.#r),s:()=>this.#e.zoom(1/pt,.5,this.#r),a:()=>this.#e.pan(-.2,this.#r),d:()=>this.#e.pan(.2,this.#r),ArrowLeft:()=>this.#e.
stepFrame(-1,this.#r),ArrowRight:()=>this.#e.stepFrame(1,this.#r),m:()=>this.#M()}[t.key.length===1?t.key.toLowerCase():
t.key];!i||e&&t.key===" "||(t.preventDefault(),t.stopPropagation(),i(),this.#g())}#y(){this.#e.paused?this.#e.resume():this.#e.
pause(this.#r),this.#g()}#R(t){t.ctrlKey&&(t.preventDefault(),this.#e.zoom(1.002**t.deltaY,this.#x(t),this.#r),this.#g())}#H(t){
if(t.button!==0)return;let{element:e}=this.#o;e.setPointerCapture(t.pointerId);let n=this.#x(t),i=r=>{this.#e.pan(n-this.#x(
r),this.#r),n=this.#x(r),this.#g()};e.addEventListener("pointermove",i),e.addEventListener("lostpointercapture",()=>e.removeEventListener(
"pointermove",i),{once:!0})}#x(t){let e=this.#o.element.getBoundingClientRect();return Math.min(Math.max((t.clientX-e.left-
v)/Math.max(e.width-v,1),0),1)}#g(){this.#n.set("window",this.#e.paused),this.#n.save_changes(),this.changed()}get#w(){return this.#n.
get("marks")??[]}#M(){let[t,e]=this.#e.shown(this.#r),n=Math.min(performance.now()-this.#t.heard,ft)*1e6,i=this.#e.paused?
(t+e)/2:this.#t.now+n;this.#n.set("marks",[...this.#w,[i,`mark ${this.#w.length+1}`]]),this.#g()}#S(t){let e=this.#o.element.
getBoundingClientRect();this.#u=t&&{x:t.clientX-e.left,y:t.clientY-e.top},this.#T()}#T(){let t=this.#u,e=t&&t.x>v&&t.y>w?
this.#O(t.x,t.y):null;if(this.#l.hidden=!e,!t||!e)return;this.#l.replaceChildren(x("b",{},e[0]),x("div",{},e[1]));let{offsetLeft:n,
offsetTop:i}=this.#c,r=this.#i.clientWidth-this.#l.offsetWidth-4,o=i+t.y+16,a=o+this.#l.offsetHeight<this.#i.clientHeight;
this.#l.style.left=`${Math.max(Math.min(n+t.x+12,r),0)}px`,this.#l.style.top=`${a?o:Math.max(i+t.y-this.#l.offsetHeight-
10,0)}px`}#O(t,e){let[n,i]=this.#e.shown(this.#r),r=(i-n)/Math.max(this.#o.width/this.#o.r-v,1),o=n+(t-v)*r;return ht(this.#t,
this.#d,o,e-w+this.#c.scrollTop,r)}};function gt(s){let t=s instanceof Document?s.head:s;t.querySelector(`#${mt}`)||t.append(
x("style",{id:mt},ct))}var Q=new Map;function vt(s){let t=s.get("_key"),e=Q.get(t)??{store:new C,views:new Set};return Q.set(t,e),e}function jt({
model:s}){let{store:t,views:e}=vt(s);t.heard=performance.now();let n=(r,o)=>{"ended"in r?t.ended=r.ended:t.take(r,o[0]),
t.heard=performance.now();for(let a of e)a.changed()},i=()=>{for(let r of e)r.changed()};return s.on("msg:custom",n),s.on(
"change:marks",i),()=>{s.off("msg:custom",n),s.off("change:marks",i),Q.delete(s.get("_key"))}}function Vt({model:s,el:t}){
let{store:e,views:n}=vt(s),i=document.createElement("div");t.append(i),gt(i.getRootNode());let r=new U(i,s,e);return Object.
assign(i,{aeroLive:r,aeroLiveStore:e}),n.add(r),()=>{n.delete(r),r.stop()}}var Fe={initialize:jt,render:Vt};export{Fe as default};
