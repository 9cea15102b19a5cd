"""What espeak-ng makes of words: its phonemes, and what is wrong with them as Chinese."""

import re
import subprocess

_SOUNDS = """
ba=pA bai=pai ban=pan bao=pAu biao=pjAu bu=pu da=tA dao=tAu deng=t@N er=@r fa=fA gong=kong
guan=kwan hao=XAu he=Xo- hui=Xuei ji=tS;i jie=tS;iE jiu=tS;iou kai=khai kou=khou li=li ling=liN
liu=liou mu=mu qi=tS;hi qing=tS;hiN ren=z.@n san=san she=s.o- shi=s.i. si=si[ tou=thou wu=wu
xi=S;i xiang=S;iAN xin=S;in xing=S;iN yao=jAu yi=ji yuan=y&n zhang=ts.aN zhao=ts.Au zheng=ts.@N
zhong=ts.ong zhu=ts.u zi=tsi[ zong=tsong chuang=ts.hwAN A=ei B=pi C=sei D=ti E=ji F=aif G=ts.i
H=eits.h J=ts.ei K=khei L=ail M=aim N=@n P=phi Q=khiou R=@r S=ais T=thi U=jiou V=vei X=aiks
Y=wuai Z=zi
bang=paN ben=p@n bian=piEn cai=tshai cha=ts.hA cheng=ts.h@N chong=ts.hong chu=ts.hu ci=tshi[ dai=tai de=t@ di=ti
dian=tiEn ding=tiN dou=tou du=tu duan=tuan dui=tuei fan=fan fang=faN fen=f@n fu=fu gan=kan ge=ko- guo=kuo hai=Xai
hou=Xou hu=Xu huo=Xuo jian=tS;iEn jiao=tS;jAu ju=tS;y ka=khA kan=khan ke=kho- lai=lai le=l@ lei=lei liao=ljAu lun=lu@n
ma=mA man=man me=mo- mei=mei mian=miEn ming=miN na=nA neng=n@N nin=nin piao=phjAu pin=phin ping=phiN qian=tS;hiEn
qu=tS;hy que=tS;hyE ran=z.an ru=z.u shang=s.aN shao=s.Au shen=s.@n shou=s.ou shu=s.u shuo=s.wo tai=thai ti=thi
ting=thiN tui=thuei wei=wei wo=wo xia=S;iA xian=S;iEn xu=S;y xuan=S;y&n xun=S;y@n ye=jiE yin=jin you=jiou yu=;y yue=yE
zai=tsai zan=tsan ze=tso- zhe=ts.o- zhuan=ts.uan zou=tsou zuo=tsuo
an=an bei=pei can=tshan cao=tshAu ce=tsho- chan=ts.han che=ts.ho- chi=ts.hi. cun=tshu@n dan=tan dang=taN dong=tong
duo=tuo fei=fei gai=kai geng=k@N gou=kou gu=ku hang=XaN hua=XwA huan=Xuan jia=tS;iA jin=tS;in jing=tS;iN jun=tS;y@n
kang=khAN kong=khong lao=lAu lian=liEn liang=liAN lü=ly min=min nong=nong pai=phai pi=phi qiu=tS;hiou quan=tS;hy&n
sheng=s.@N shui=s.wei su=su tiao=thjAu tong=thong tu=thu wen=wu@n xiao=S;jAu yan=jiEn yang=jiAN ying=jiN yun=;y@n
zao=tsAu zhi=ts.i. zhun=ts.u@n zu=tsu zui=tsuei
"""
SOUNDS: dict[str, str] = dict(re.findall(r"(\S+)=(\S+)", _SOUNDS))
"""Each syllable and letter that is said, as espeak-ng writes its sounds: compared by hand with how it is to be spoken."""
CONTOURS = {"1": {"55"}, "2": {"35"}, "3": {"214", "21", "35"}, "4": {"51"}, "5": {"11", "22", "33", "44"}}
"""How espeak-ng writes the tones: the third also falls only, or rises before another third; the fifth is light, at any height."""


def phonemes(voice: str, said: list[str]) -> list[str]:
    """The phonemes of sentences. The program gives each part between commas a line."""
    made = subprocess.run(
        ["espeak-ng", "-v", voice, "-q", "-x", "--stdin"],
        input="\n\n".join(f"{one}." for one in said),
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
    )
    lines = iter(line.strip() for line in made.stdout.splitlines() if line.strip())
    return [" ".join(next(lines) for _ in one.split(",")) for one in said]


def faults(said: str, heard: str) -> list[str]:
    """What is wrong with how a sentence in pinyin is spoken; nothing if every syllable comes, with its own sounds and tone."""
    if "(" in heard:
        return [f"another language: {heard}"]
    wanted = said.replace(",", "").split()
    came = [each for each in re.sub(r"[' ]", "", heard).split("_|") if each]
    if len(came) != len(wanted):
        return [f"{len(wanted)} syllables became {len(came)}: {heard}"]
    return [
        f"{syllable} became {sounds}: {heard}"
        for syllable, sounds in zip(wanted, came, strict=True)
        if not _right(syllable, sounds)
    ]


def _right(syllable: str, sounds: str) -> bool:
    """A letter is a name of its own, in whatever tone."""
    tone = "".join(re.findall(r"\d+", sounds))
    right = re.sub(r"\d+", "", sounds) == SOUNDS[syllable.rstrip("12345")]
    return right and (syllable.isupper() or tone in CONTOURS[syllable[-1]])
