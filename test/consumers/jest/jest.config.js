// biome-ignore lint/style/noDefaultExport: jest asks for one
export default { transform: {}, testMatch: ["**/*.test.js"], rootDir: "." };
