package io.github.palimpsest.tck;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.Registered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The certificates that are kept: {@code certificates/ID.json} beside a plugin's JAR, or beside its
 * folder of classes. One holds as long as the entries of the JAR and the version of the kit are
 * those that it names; see {@code api/decisions/0015-certificates-beside-plugins.md}.
 */
public final class Certificates {
  private static final String FOLDER = "certificates";

  /** Each JAR is read once, however many components it brings. */
  private final Map<Path, String> contents = new HashMap<>();

  /** What is known of a component as it is now. Never fails: what cannot be read is no proof. */
  public CertificateState of(Registered component) {
    Path location = component.origin().location();
    Path file = file(component.origin(), component.provider().id().value());
    if (!Files.isRegularFile(file)) {
      return CertificateState.UNCHECKED;
    }
    try {
      JsonNode kept = Certificate.read(file);
      boolean holds =
          kept.path(Certificate.KIT).asText().equals(Certificate.ofThisKit())
              && kept.path(Certificate.ENTRIES)
                  .asText()
                  .equals(contents.computeIfAbsent(location, Content::ofEntries));
      if (!holds) {
        return CertificateState.UNCHECKED;
      }
      return kept.path(Certificate.CERTIFIED).asBoolean()
          ? CertificateState.CERTIFIED
          : CertificateState.FAILED;
    } catch (IOException | RuntimeException e) {
      return CertificateState.UNCHECKED;
    }
  }

  /**
   * Keeps a certificate beside what it is of.
   *
   * @return the file
   * @throws IOException if it cannot be written
   */
  public static Path keep(Certificate certificate) throws IOException {
    Path file = file(certificate.origin(), certificate.component());
    Files.createDirectories(file.getParent());
    return Files.writeString(file, certificate.toJson());
  }

  private static Path file(PluginOrigin origin, String component) {
    return origin.location().toAbsolutePath().resolveSibling(FOLDER).resolve(component + ".json");
  }
}
