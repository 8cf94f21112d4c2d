"""Signs and encrypts as the platform does, with wechatpy: an implementation that is not the product's."""

import secrets
from dataclasses import dataclass

from defusedxml.ElementTree import fromstring
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner


def sha1_of(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


@dataclass
class Seal:
    """One account's secrets; `aes_key` '' for plain messages, `beside`: the plain text stands beside (兼容模式)."""

    app_id: str
    token: str
    aes_key: str = ""
    beside: bool = False

    def query(self, at: int, nonce: str | None = None, **more: str) -> dict[str, str]:
        """The signed parameters of a request."""
        nonce = nonce or secrets.token_hex(5)
        return {
            "signature": sha1_of(self.token, str(at), nonce),
            "timestamp": str(at),
            "nonce": nonce,
            **more,
        }

    def request(self, document: str, at: int, openid: str) -> tuple[dict[str, str], bytes]:
        """Parameters and body of a request that carries the document."""
        query = self.query(at, openid=openid)
        if not self.aes_key:
            return query, document.encode()
        crypto = WeChatCrypto(self.token, self.aes_key, self.app_id)
        sealed = fromstring(crypto.encrypt_message(document, query["nonce"], query["timestamp"]))
        encrypted = sealed.findtext("Encrypt") or ""
        query |= {"encrypt_type": "aes", "msg_signature": sealed.findtext("MsgSignature") or ""}
        envelope = f"<Encrypt><![CDATA[{encrypted}]]></Encrypt>"
        if self.beside:
            return query, document.replace("</xml>", f"{envelope}</xml>").encode()
        return query, f"<xml><ToUserName><![CDATA[gh_test]]></ToUserName>{envelope}</xml>".encode()

    def reply(self, body: bytes) -> str:
        """The document in an answer; raises where it is not sealed as the requests are."""
        if not self.aes_key:
            return body.decode()
        said = fromstring(body.decode())
        crypto = WeChatCrypto(self.token, self.aes_key, self.app_id)
        opened = crypto.decrypt_message(
            body.decode(), said.findtext("MsgSignature"), said.findtext("TimeStamp"), said.findtext("Nonce")
        )
        return str(opened)
