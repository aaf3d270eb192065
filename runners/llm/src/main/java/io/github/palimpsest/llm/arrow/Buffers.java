package io.github.palimpsest.llm.arrow;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.zstd.ZstdDecompressor;
import io.github.palimpsest.api.PalimpsestException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The buffers in the body of a message.
 *
 * @param compression how each buffer is compressed; null for not
 * @param body the body
 */
record Buffers(@Nullable BodyCompression compression, ByteBuffer body) {
  private static final int LENGTH = 8;

  /** A buffer, unpacked. */
  ByteBuffer read(long offset, long length) {
    ByteBuffer stored = slice(body, Math.toIntExact(offset), Math.toIntExact(length));
    if (compression == null || length == 0) {
      return stored;
    }
    long size = stored.getLong(0);
    ByteBuffer packed = slice(stored, LENGTH, stored.limit() - LENGTH);
    if (size == -1) {
      return packed;
    }
    // LZ4 and zstd make at most some thousands of bytes of one
    if (size < 0 || size > Integer.MAX_VALUE - LENGTH || size / 65_536 > packed.limit()) {
      throw new PalimpsestException("a buffer of " + size + " bytes is damaged or too long");
    }
    byte[] in = new byte[packed.limit()];
    packed.get(0, in);
    return ByteBuffer.wrap(unpacked(in, (int) size)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer slice(ByteBuffer of, int from, int length) {
    return of.slice(from, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] unpacked(byte[] in, int size) {
    byte codec = compression == null ? -1 : compression.codec();
    try {
      if (codec == CompressionType.ZSTD) {
        byte[] out = new byte[size];
        int count = new ZstdDecompressor().decompress(in, 0, in.length, out, 0, size);
        if (count == size) {
          return out;
        }
      } else if (codec == CompressionType.LZ4_FRAME) {
        try (InputStream lz4 = new FramedLZ4CompressorInputStream(new ByteArrayInputStream(in))) {
          byte[] out = lz4.readNBytes(size);
          if (out.length == size) {
            return out;
          }
        }
      } else {
        throw new PalimpsestException("has buffers in the unknown compression " + codec);
      }
    } catch (IOException | MalformedInputException e) {
      throw new PalimpsestException("a compressed buffer is damaged: " + e.getMessage(), e);
    }
    throw new PalimpsestException("a compressed buffer has not the length that it says");
  }
}
