; The bundled PC's disk: a boot sector, a small kernel and three scenes, all 16-bit real mode.
; Rebuild guest.img after a change:  nasm -f bin -o guest.img guest.asm
; (a test rebuilds it wherever nasm is installed and compares)

        cpu 386
        bits 16

; Memory map (segment 0 unless said otherwise)
WORK    equ 0x0500              ; word: how often a frame's scene is drawn; the host writes it
FRAME   equ 0x0502              ; word: number of the frame being drawn
WAVE    equ 0x0600              ; 576 bytes: (1 + sine) of 0..59, period 256
SINE    equ 0x0900              ; 320 bytes: signed sine of +-127, period 256
COLUMNS equ 0x0B00              ; 320 bytes: the plasma's terms that depend on x alone
PALETTE equ 0x0D00              ; 768 bytes: the colours wanted, 6 bits each
BOOT    equ 0x7C00
KERNEL  equ 0x8000
SCENE   equ 0xC000              ; the scene that is loaded: words 'prepare' and 'draw', then code
TILE    equ 0xD000              ; 4,096 bytes: the spinning tile's 64 x 64 texture
VGA     equ 0xA000              ; segment of the screen, 320 x 200 bytes
FLAMES  equ 0x3000              ; segment of the fire's 160 x 102 cells

SECTORS_PER_TRACK equ 18        ; a 1.44 MB floppy disk, of which the image holds the beginning
KERNEL_LBA     equ 1
KERNEL_SECTORS equ 2
SCENE_LBA      equ KERNEL_LBA + KERNEL_SECTORS
SCENE_SECTORS  equ 1
TILE_LBA       equ SCENE_LBA + 3 * SCENE_SECTORS
TILE_SECTORS   equ 8
SCENE_FRAMES   equ 44
FADE_FRAMES    equ 8
SHADOW         equ 240          ; colours 240..254 belong to the logo

%macro milestone 1              ; tell the host how far the boot is, as a PC's BIOS does
        mov al, %1
        out 0x80, al
%endmacro

; ---------------------------------------------------------------- boot sector
section boot vstart=BOOT
        cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, BOOT
        cld
        milestone 0x10
        mov si, greeting
        call print
        mov ax, KERNEL_LBA
        mov cx, KERNEL_SECTORS
        mov bx, KERNEL
        call read_sectors
        jmp 0:KERNEL

print:                          ; si: text that ends in 0
        lodsb
        test al, al
        jz .end
        mov ah, 0x0E
        int 0x10
        jmp print
.end:   ret

read_sectors:                   ; ax: first sector, cx: how many, es:bx: where to
        pusha
        push bx
        xor dx, dx
        mov bx, SECTORS_PER_TRACK
        div bx                  ; dx: sector - 1, ax: track
        mov cl, dl
        inc cl
        mov dh, al
        and dh, 1               ; head
        shr ax, 1
        mov ch, al              ; cylinder
        mov dl, 0               ; drive A
        pop bx
        mov ax, 0x0201
        int 0x13
        jc .failed
        popa
        inc ax
        add bx, 512
        loop read_sectors
        ret
.failed:
        mov si, complaint
        call print
.halt:  hlt
        jmp .halt

greeting:  db "AERO demo PC", 13, 10, 0
complaint: db "disk error", 13, 10, 0
        times 510-($-$$) db 0
        dw 0xAA55

; ---------------------------------------------------------------- kernel
section kernel vstart=KERNEL follows=boot
        milestone 0x20
        call make_sines
        mov ax, 0x0013          ; 320 x 200, 256 colours
        int 0x10
        milestone 0x30
        push word VGA
        pop es
next_frame:
        cmp word [scene_left], 0
        jne .draw
        call load_scene
.draw:  mov cx, [WORK]
.again: push cx
        call [SCENE + 2]
        pop cx
        loop .again
        call logo
        call fade
        call wait_for_retrace
        inc word [FRAME]
        dec word [scene_left]
        jmp next_frame

wait_for_retrace:
        mov dx, 0x3DA
.poll:  in al, dx
        test al, 8
        jz .poll
        ret

load_scene:                     ; the next of the three, and the colours it asks for
        push es
        push ds
        pop es
        movzx ax, byte [scene]
        imul ax, SCENE_SECTORS
        add ax, SCENE_LBA
        mov cx, SCENE_SECTORS
        mov bx, SCENE
        call read_sectors
        call [SCENE]            ; answers si: the colours' gradient
        mov di, PALETTE
        call gradient
        mov si, logo_colours
        call gradient
        inc byte [scene]
        cmp byte [scene], 3
        jb .some_left
        mov byte [scene], 0
.some_left:
        mov word [scene_left], SCENE_FRAMES
        pop es
        ret

; A sine without tables or floating point: turn a point by 2 pi / 256 again and again.
make_sines:
        mov word [turn_x], 32512        ; 127 * 256
        mov word [turn_y], 0
        xor bx, bx
.turn:  mov ax, [turn_y]
        mov dl, ah                      ; -127..127
        mov [SINE + bx], dl
        mov al, dl
        cbw
        add ax, 128
        imul ax, 60
        mov [WAVE + bx], ah             ; (sine + 128) * 60 / 256
        mov ax, 1608                    ; 2 pi / 256 * 65536
        imul word [turn_x]
        add [turn_y], dx
        mov ax, 1608
        imul word [turn_y]
        sub [turn_x], dx
        inc bx
        cmp bx, 256
        jb .turn
        mov si, SINE                    ; a quarter more, so that cosine is sine + 64
        mov di, SINE + 256
        mov cx, 64
        rep movsb
        mov si, WAVE                    ; x + phase runs up to 319 + 255
        mov di, WAVE + 256
        mov cx, 320
        rep movsb
        ret

; si: r g b, then (steps, r g b) until steps is 0; es:di: palette entries to write
gradient:
        mov bp, si
        add si, 3
.span:  mov al, [si]
        inc si
        test al, al
        jz .end
        movzx cx, al
        xor bx, bx                      ; the step
.step:  call .channel
        call .channel
        call .channel
        sub si, 3
        sub bp, 3
        inc bx
        cmp bx, cx
        jb .step
        mov bp, si
        add si, 3
        jmp .span
.channel:                               ; from + (to - from) * step / steps
        movzx ax, byte [si]
        movzx dx, byte [ds:bp]
        sub ax, dx
        imul bx
        idiv cx
        add al, [ds:bp]
        stosb
        inc si
        inc bp
.end:   ret

; A scene comes out of the dark: new colours in its first frames only.
fade:
        mov cx, SCENE_FRAMES + 1
        sub cx, [scene_left]
        cmp cx, FADE_FRAMES
        ja .end
        mov dx, 0x3C8
        mov al, 0
        out dx, al
        inc dx
        mov si, PALETTE
        mov bx, 768
.out:   lodsb
        mul cl
        shr ax, 3                       ; / FADE_FRAMES
        out dx, al
        dec bx
        jnz .out
.end:   ret

; AERO, bouncing, over its shadow
logo:
        mov byte [face], 0
        mov bp, 4
        call .pass
        mov byte [face], 1
        xor bp, bp
.pass:  imul bx, [FRAME], 3
        and bx, 255
        mov al, [SINE + bx]
        cbw
        test ax, ax
        jns .up
        neg ax
.up:    shr ax, 1
        neg ax
        add ax, 100
        add ax, bp
        mov [logo_y], ax
        mov bx, [FRAME]
        shl bx, 1
        and bx, 255
        movzx ax, byte [WAVE + bx]
        add ax, 15
        add ax, bp
        mov [logo_x], ax
        mov si, letters
.column:
        mov bx, si                      ; a wave runs along the word
        sub bx, [FRAME]
        shl bx, 3
        and bx, 255
        movzx ax, byte [WAVE + bx]
        shr ax, 3
        add ax, [logo_y]
        imul di, ax, 320
        add di, [logo_x]
        lodsb
        mov ah, al
        xor dx, dx                      ; line within the letter
.cell:  shr ah, 1
        jc .line
        add di, 8 * 320
        add dl, 8
        jmp .below
.line:  mov al, SHADOW
        cmp byte [face], 0
        je .ink
        mov al, dl
        shr al, 2
        add al, SHADOW + 1
.ink:   mov cx, 10
        rep stosb
        add di, 310
        inc dx
        test dl, 7
        jnz .line
.below: cmp dl, 56
        jb .cell
        add word [logo_x], 10
        cmp si, letters.end
        jb .column
        ret

letters:                                ; 5 x 7 dots, a byte a column, the top in bit 0
        db 0x7E, 0x11, 0x11, 0x11, 0x7E, 0
        db 0x7F, 0x49, 0x49, 0x49, 0x41, 0
        db 0x7F, 0x09, 0x19, 0x29, 0x46, 0
        db 0x3E, 0x41, 0x41, 0x41, 0x3E
.end:
logo_colours: db 2,2,6, 1, 63,63,63, 6, 63,60,30, 8, 63,30,4, 1, 0,0,0, 0
scene:      db 0
face:       db 0
scene_left: dw 0
turn_x:     dw 0
turn_y:     dw 0
logo_x:     dw 0
logo_y:     dw 0
        times KERNEL_SECTORS * 512-($-$$) db 0

; ---------------------------------------------------------------- scene 1: plasma
section plasma vstart=SCENE follows=kernel
plasma_scene:
        dw .prepare, .draw
.prepare:
        mov si, .colours
        ret
.draw:  mov bp, [FRAME]
        xor cx, cx                      ; terms that depend on x alone
.x:     mov bx, cx
        mov dx, bp
        lea bx, [bx + 2]
        add bx, dx
        and bx, 255
        mov al, [WAVE + bx]
        mov bx, cx
        imul bx, 3
        sub bx, dx
        sub bx, dx
        and bx, 255
        add al, [WAVE + bx]
        mov bx, cx
        mov [COLUMNS + bx], al
        inc cx
        cmp cx, 320
        jb .x
        xor di, di
        xor cx, cx                      ; y
.y:     mov bx, cx
        shl bx, 1
        add bx, bp
        add bx, bp
        add bx, bp
        and bx, 255
        mov ah, [WAVE + bx]             ; the term that depends on y alone
        mov bx, cx
        sub bx, bp
        and bx, 255
        add bx, WAVE                    ; the term of x + y
        mov si, COLUMNS
        mov dx, 320 / 8
.pixels:
%rep 8
        lodsb
        add al, ah
        add al, [bx]
        inc bx
        stosb
%endrep
        dec dx
        jnz .pixels
        inc cx
        cmp cx, 200
        jb .y
        ret
.colours: db 3,3,18, 60, 2,34,52, 50, 28,8,50, 50, 63,18,34, 50, 63,54,20, 30, 40,10,10, 0
        times SCENE_SECTORS * 512-($-$$) db 0

; ---------------------------------------------------------------- scene 2: a spinning tile
section tile vstart=SCENE follows=plasma
tile_scene:
        dw .prepare, .draw
.prepare:
        mov ax, TILE_LBA
        mov cx, TILE_SECTORS
        mov bx, TILE
        call read_sectors
        mov si, .colours
        ret
.draw:  mov bx, [FRAME]
        add bx, 72
        and bx, 255
        movzx cx, byte [WAVE + bx]
        add cx, 24                      ; zoom
        shl bx, 1
        and bx, 255
        mov al, [SINE + bx]
        cbw
        imul cx
        sar ax, 6
        mov [.dv], ax
        mov al, [SINE + bx + 64]
        cbw
        imul cx
        sar ax, 6
        mov [.du], ax
        mov word [.u], 0
        mov word [.v], 0
        xor di, di
.row:   mov dx, [.u]
        mov cx, [.v]
        mov bp, [.du]
        mov si, [.dv]
        mov ah, 320 / 8
.pixels:
%rep 8
        mov bl, ch                      ; texture byte (v mod 64) * 64 + u mod 64
        and bx, 63
        shl bx, 6
        mov al, dh
        and al, 63
        or bl, al
        mov al, [TILE + bx]
        stosb
        add dx, bp
        add cx, si
%endrep
        dec ah
        jnz .pixels
        sub [.u], si
        add [.v], bp
        cmp di, 64000
        jb .row
        ret
.u:     dw 0
.v:     dw 0
.du:    dw 0
.dv:    dw 0
.colours: db 2,4,16, 63, 10,44,50, 1, 18,6,40, 63, 58,20,44, 113, 4,2,14, 0
        times SCENE_SECTORS * 512-($-$$) db 0

; ---------------------------------------------------------------- scene 3: fire
section fire vstart=SCENE follows=tile
fire_scene:
        dw .prepare, .draw
.prepare:
        push es
        push word FLAMES
        pop es
        xor di, di
        xor ax, ax
        mov cx, 160 * 102 / 2
        rep stosw
        pop es
        mov si, .colours
        ret
.draw:  mov ax, [.random]
        push ds
        push word FLAMES
        pop ds
        mov si, 160 * 100
        mov cx, 160 * 2
.fuel:  test si, 7                      ; the two rows below the screen burn at random, 8 cells alike
        jnz .same
        imul ax, 25173
        add ax, 13849
        mov bl, ah
        sar bl, 7
        and bl, 239
.same:  mov [si], bl
        inc si
        loop .fuel
        xor si, si
        xor di, di
        mov dh, 100
        push ax
.row:   mov cx, 160
.cell:  movzx ax, byte [si + 159]       ; the mean of four cells below, a little cooler
        movzx bx, byte [si + 160]
        add ax, bx
        movzx bx, byte [si + 161]
        add ax, bx
        movzx bx, byte [si + 320]
        add ax, bx
        shr ax, 2
        sub al, 2
        jnc .warm
        xor al, al
.warm:  mov [si], al
        inc si
        mov ah, al
        mov [es:di + 320], ax
        stosw
        loop .cell
        add di, 320
        dec dh
        jnz .row
        pop ax
        pop ds
        mov [.random], ax
        ret
.random:  dw 1
.colours: db 1,1,4, 30, 30,2,4, 50, 60,16,2, 60, 63,48,6, 50, 63,63,30, 50, 63,63,60, 0
        times SCENE_SECTORS * 512-($-$$) db 0

; ---------------------------------------------------------------- the tile's texture
section texture follows=fire
; AERO again, 3 x 4 texels a dot; a letter's columns are the bytes of a number, the left one lowest
%assign DOTS_0 0x7E1111117E
%assign DOTS_1 0x414949497F
%assign DOTS_2 0x462919097F
%assign DOTS_3 0x3E4141413E
%assign y 0
%rep 64
%assign x 0
%rep 64
%assign letter x / 16
%assign column (x % 16) / 3
%assign dot 0
%if y >= 18 && y < 46 && column < 5
%assign dot (DOTS_%[letter] >> (column * 8 + (y - 18) / 4)) & 1
%endif
%if dot
        db 200 + (y - 18)
%else
        db ((x ^ y) & 63) + 64 * (((x / 32) + (y / 32)) & 1)
%endif
%assign x x + 1
%endrep
%assign y y + 1
%endrep
