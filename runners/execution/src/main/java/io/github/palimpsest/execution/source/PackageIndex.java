package io.github.palimpsest.execution.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An index of Python packages with the simple repository API, in JSON or HTML
 * (packaging.python.org/specifications/simple-repository-api).
 */
public final class PackageIndex {
  /** The public index. */
  public static final String DEFAULT = "https://pypi.org/simple";

  /** pip's variable for the address of the index. */
  public static final String VARIABLE = "PIP_INDEX_URL";

  private static final int MOST_LISTING = 20_000_000;
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final Duration LISTING = Duration.ofSeconds(60);
  private static final Duration DOWNLOAD = Duration.ofMinutes(30);
  private static final Pattern LINK = Pattern.compile("href\\s*=\\s*[\"']([^\"']*)[\"']");

  private final URI index;
  private final Optional<String> credentials;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  private PackageIndex(URI index, Optional<String> credentials) {
    this.index = index;
    this.credentials = credentials;
  }

  /** The index that the environment names, or the public one. */
  public static PackageIndex of(Map<String, String> environment) {
    String named = environment.getOrDefault(VARIABLE, "");
    return of(named.isBlank() ? DEFAULT : named);
  }

  /**
   * An index.
   *
   * @param address the address of its simple API, which may have a user and a password in it
   * @throws PalimpsestException if it is not an address of http or https
   */
  public static PackageIndex of(String address) {
    try {
      URI uri = new URI(address.endsWith("/") ? address : address + "/");
      if (uri.getHost() == null || !String.valueOf(uri.getScheme()).matches("https?")) {
        throw new PalimpsestException("the index must be an address of http or https");
      }
      URI plain =
          new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), null, null);
      return new PackageIndex(plain, Optional.ofNullable(uri.getUserInfo()));
    } catch (URISyntaxException e) {
      throw new PalimpsestException("the index is not an address: " + e.getReason(), e);
    }
  }

  /**
   * Downloads a source to a file, which must not exist.
   *
   * @throws IOException if the index cannot be reached, or does not have the file
   */
  void download(KnownSource source, Path to) throws IOException {
    URI file = find(source);
    HttpResponse<InputStream> response = get(file, "*/*", DOWNLOAD);
    try (InputStream in = response.body();
        OutputStream out = Files.newOutputStream(to)) {
      byte[] buffer = new byte[1 << 16];
      long left = source.bytes();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        left -= n;
        if (left < 0) {
          throw new IOException("the file has more than " + source.bytes() + " bytes");
        }
        out.write(buffer, 0, n);
      }
    }
  }

  private URI find(KnownSource source) throws IOException {
    URI listing = index.resolve(source.project() + "/");
    HttpResponse<InputStream> response =
        get(
            listing,
            "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2,"
                + " text/html;q=0.1",
            LISTING);
    byte[] content;
    try (InputStream in = response.body()) {
      content = in.readNBytes(MOST_LISTING);
    }
    String text = new String(content, StandardCharsets.UTF_8);
    boolean json = response.headers().firstValue("content-type").orElse("").contains("json");
    String link = (json ? ofJson(text, source.file()) : ofHtml(text, source.file()));
    if (link.isEmpty()) {
      throw new IOException("the index does not have " + source.file());
    }
    return response.uri().resolve(link);
  }

  static String ofJson(String text, String file) throws IOException {
    for (JsonNode entry : Json.read(text, JsonNode.class).path("files")) {
      if (entry.path("filename").asText().equals(file)) {
        return entry.path("url").asText();
      }
    }
    return "";
  }

  static String ofHtml(String text, String file) {
    Matcher link = LINK.matcher(text);
    while (link.find()) {
      String address = link.group(1).replace("&amp;", "&");
      String path = address.replaceFirst("[?#].*", "");
      if (path.equals(file) || path.endsWith("/" + file)) {
        return address.replaceFirst("#.*", "");
      }
    }
    return "";
  }

  private HttpResponse<InputStream> get(URI address, String accept, Duration most)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).timeout(most).header("Accept", accept);
    if (credentials.isPresent() && index.getHost().equals(address.getHost())) {
      byte[] plain = credentials.get().getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(plain));
    }
    try {
      HttpResponse<InputStream> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        response.body().close();
        throw new IOException("the index answers with status " + response.statusCode());
      }
      return response;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The address, without user and password. */
  @Override
  public String toString() {
    return index.toString();
  }
}
