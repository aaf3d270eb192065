package io.github.palimpsest.certificates;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.Registered;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The stored certificates: {@code certificates/ID.json} next to a plugin's JAR, or next to its
 * folder of classes. A certificate is valid as long as the JAR and the version of the kit are those
 * that it names; see {@code api/decisions/0015-certificates-beside-plugins.md} and {@code
 * 0101-certificates-name-the-jar.md}.
 */
public final class Certificates {
  private static final String FOLDER = "certificates";
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** The hashes of the JARs, so that each is read once for all of its components. */
  private final Map<Path, String> contents = new HashMap<>();

  /** The state of a component as it is now. Never fails: an unreadable file proves nothing. */
  public CertificateState of(Registered component) {
    return of(component.origin(), component.provider().id().value(), component.isOwn());
  }

  /**
   * @param own whether the component is this project's, whose build tests the classes and packs
   *     them afterwards; a plugin's JAR is valid by its own hash alone, since rules apply to the
   *     JAR that classes do not have
   */
  CertificateState of(PluginOrigin origin, String component, boolean own) {
    Path file = file(origin, component);
    if (!Files.isRegularFile(file)) {
      return CertificateState.UNCHECKED;
    }
    try {
      Certificate kept = JSON.readValue(file.toFile(), Certificate.class);
      boolean byEntries = own || Files.isDirectory(origin.location());
      String now =
          contents.computeIfAbsent(
              origin.location(), byEntries ? Content::ofEntries : Content::ofJar);
      String then = byEntries ? kept.entries() : kept.sha256();
      if (!kitVersion().equals(kept.kit()) || now.isEmpty() || !now.equals(then)) {
        return CertificateState.UNCHECKED;
      }
      return kept.certified() ? CertificateState.CERTIFIED : CertificateState.FAILED;
    } catch (IOException | RuntimeException e) {
      return CertificateState.UNCHECKED;
    }
  }

  /**
   * Stores a certificate next to its JAR or folder.
   *
   * @param location the JAR or folder
   * @return the file
   * @throws IOException if the file cannot be written
   */
  public static Path keep(Certificate certificate, Path location) throws IOException {
    Path file = file(location, certificate.component());
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text(certificate) + "\n");
  }

  /** Certificates as an array of JSON objects. */
  public static String json(List<Certificate> certificates) {
    return text(certificates);
  }

  private static String text(Object content) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a certificate always has a JSON text", e);
    }
  }

  /** The version of the compatibility kit of this release. */
  static String kitVersion() {
    Properties kit = new Properties();
    try (InputStream in = Certificates.class.getResourceAsStream("kit.properties")) {
      kit.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kit.getProperty("version");
  }

  private static Path file(PluginOrigin origin, String component) {
    return file(origin.location(), component);
  }

  private static Path file(Path location, String component) {
    return location.toAbsolutePath().resolveSibling(FOLDER).resolve(component + ".json");
  }
}
